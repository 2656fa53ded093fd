import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP2
import NIOSSL

extension OutboundConfiguration {
    /// How each HTTP client of ours is set: no redirects, no decompression, no retries but our own.
    func clientSettings(idleTimeout: Duration) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = TrustRoots.system
        if let path = certificateAuthorities { tls.additionalTrustRoots = [.file(path)] }
        var settings = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout)),
            connectionPool: .init(
                idleTimeout: TimeAmount(idleTimeout),
                concurrentHTTP1ConnectionsPerHostSoftLimit: maximumConnectionsPerHost),
            decompression: .disabled)
        settings.connectionPool.retryConnectionEstablishment = false
        settings.http2ConnectionDebugInitializer = OutboundConfiguration.prepareShared
        return settings
    }

    /// Told of each connection of HTTP/2, which all requests to a host share.
    private static let prepareShared: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let protocolHandler = try pipeline.handler(type: NIOHTTP2Handler.self)
            try pipeline.addHandler(RefusalReader(), position: .after(protocolHandler))
            // When the network drops it without a word, each request would end at its deadline for as long as the kernel
            // goes on sending, a quarter of an hour; so that gives up sooner.
            let silence = NIOBSDSocket.Option(rawValue: CInt(TCP_USER_TIMEOUT))
            try channel.syncOptions?.setOption(.tcpOption(silence), value: 20_000)
        }
    }
}
