import Foundation
import NIOCore

/// One blocking connection of the calling thread: commands out, replies in, and nothing around it. It is what
/// benchmarks compare the client with; the client itself does not use it.
///
/// Neither TLS nor deadlines. Not to be used by two threads at once.
package final class BareRedisConnection {
    private let descriptor: CInt
    private let reader = ReplyReader()
    private var input = ByteBuffer()

    /// Throws ``RedisError/unreachable(detail:)``, also for an endpoint that asks for TLS.
    package init(_ configuration: RedisConfiguration) throws(RedisError) {
        guard !configuration.isEncrypted else { throw .unreachable(detail: "TLS is not spoken here") }
        descriptor = try Self.open(configuration.endpoint)
        try write(configuration.handshake)
        for _ in configuration.handshake {
            if let refusal = try read().refusal { throw refusal }
        }
    }

    deinit { close(descriptor) }

    /// Makes the server know the scripts of these requests, which `write` names by their digests only.
    package func load(_ requests: [RedisRequest]) throws(RedisError) {
        for case .script(let call) in requests {
            try write([RedisCommand("SCRIPT", "LOAD", RedisArgument(call.script.source))])
            if let refusal = try read().refusal { throw refusal }
        }
    }

    package func write(_ requests: [RedisRequest]) throws(RedisError) { try write(requests.map(\.command)) }

    private func write(_ commands: [RedisCommand]) throws(RedisError) {
        var output = ByteBuffer()
        for command in commands { output.writeCommand(command) }
        while output.readableBytes > 0 {
            let count = output.withUnsafeReadableBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw .connectionLost(sent: true) }
            output.moveReaderIndex(forwardBy: count)
        }
    }

    /// Waits for the next reply; an error reply is a value.
    package func read() throws(RedisError) -> RedisValue {
        while true {
            if let reply = try reader.next() { return reply }
            input.clear(minimumCapacity: 64 << 10)
            let count = input.withUnsafeMutableWritableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { throw .connectionLost(sent: true) }
            input.moveWriterIndex(forwardBy: count)
            reader.feed(input)
        }
    }

    private static func open(_ endpoint: RedisConfiguration.Endpoint) throws(RedisError) -> CInt {
        let address: SocketAddress
        do {
            switch endpoint {
            case .unix(let path): address = try SocketAddress(unixDomainSocketPath: path)
            case .tcp(let host, let port): address = try .makeAddressResolvingHost(host, port: port)
            }
        } catch { throw .unreachable(detail: "\(error)") }
        let descriptor = socket(CInt(address.protocol.rawValue), CInt(SOCK_STREAM.rawValue), 0)
        let result = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        guard result == 0 else {
            let detail = String(cString: strerror(errno))
            close(descriptor)
            throw .unreachable(detail: detail)
        }
        if case .tcp = endpoint {
            var yes: CInt = 1
            setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
        }
        return descriptor
    }
}
