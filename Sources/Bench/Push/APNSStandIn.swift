import LocalServers
import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL

/// Something like APNs on this machine: HTTP/2 over TLS, and every request is answered after the same time. It looks at the
/// shape of a request and no further; what Apple refuses, the tests' own stand-in does.
struct APNSStandIn {
    /// Of `localhost`.
    let port: Int
    let ledger: PushLedger
    private let listener: any Channel
    private let group: MultiThreadedEventLoopGroup

    static func start(_ certificate: ThrowawayCertificate, latency: Duration) async throws -> APNSStandIn {
        let context = try tls(certificate)
        let ledger = PushLedger()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOSSLServerHandler(context: context),
                        NIOHTTP2Handler(mode: .server, initialSettings: APNSStandInConnection.firstSettings),
                        APNSStandInConnection(latency: TimeAmount(latency), ledger: ledger),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return APNSStandIn(
            port: listener.localAddress?.port ?? 0, ledger: ledger, listener: listener, group: group)
    }

    /// Ends its connections too.
    func stop() async {
        try? await listener.close()
        try? await group.shutdownGracefully()
    }

    private static func tls(_ certificate: ThrowawayCertificate) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate.certificate)
        let key = try NIOSSLPrivateKey(file: certificate.key, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.applicationProtocols = ["h2"]
        return try NIOSSLContext(configuration: configuration)
    }
}
