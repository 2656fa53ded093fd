import Foundation

/// A port of 127.0.0.1 for the server of a program that takes no socket, only a number.
///
/// It is bound, though not listened on, for as long as this object lives, so nobody else who asks the system for a free
/// port gets it; before the server listens, between two of its runs, or after. A server that sets `SO_REUSEADDR`, as all
/// of ours do, may listen on it meanwhile.
public final class ReservedPort: Sendable {
    public let number: Int
    private let descriptor: Int32

    public init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Unavailable(reason: errno) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout.size(ofValue: address))
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else {
            let reason = errno
            close(descriptor)
            throw Unavailable(reason: reason)
        }
        (self.descriptor, number) = (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    deinit { close(descriptor) }

    /// Runs the body with the number of a port that is reserved meanwhile.
    public static func with<Result>(_ body: (Int) async throws -> Result) async throws -> Result {
        let port = try ReservedPort()
        let result = try await body(port.number)
        return withExtendedLifetime(port) { result }
    }

    private struct Unavailable: Error {
        let reason: Int32
    }
}
