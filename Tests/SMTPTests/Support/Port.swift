import NIOCore
import NIOPosix

enum Port {
    /// One that nobody listens on now. Servers of others cannot be given a socket, only a number.
    static func free() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }

    static func accepts(_ port: Int) async -> Bool {
        let connecting = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port)
        guard let channel = try? await connecting.get() else { return false }
        try? await channel.close()
        return true
    }
}
