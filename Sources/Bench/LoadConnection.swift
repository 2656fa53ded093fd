import Foundation

/// One keep-alive connection with at most one request on its way. Used by one thread.
final class LoadConnection {
    let descriptor: CInt
    private var scanner = AnswerScanner()
    /// Of the request on its way: how many ids its answer holds, and when it was due.
    private(set) var pending: (notifications: Int, due: ContinuousClock.Instant)?
    /// Until when the server asked to be left alone.
    private var rest = ContinuousClock.now

    init(port: Int) throws(BenchError) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .connection(String(cString: strerror(errno))) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw .connection(String(cString: strerror(errno))) }
        var yes: CInt = 1
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
    }

    var isFree: Bool { pending == nil && rest <= .now }

    deinit { close(descriptor) }

    func send(_ request: LoadRequest, due: ContinuousClock.Instant) throws(BenchError) {
        pending = (request.notifications, due)
        var sent = 0
        while sent < request.bytes.count {
            let count = request.bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw .connection(String(cString: strerror(errno))) }
            sent += count
        }
    }

    /// Reads what is there and returns the answer if it is complete.
    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(BenchError) -> AnswerScanner.Answer? {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT))
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return nil }
            throw .connection(count == 0 ? "closed by the server" : String(cString: strerror(errno)))
        }
        scanner.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        let answer = try scanner.next(maximumIds: pending?.notifications ?? 0)
        if let answer {
            pending = nil
            rest = .now + (answer.retryAfter ?? .zero)
        }
        return answer
    }
}
