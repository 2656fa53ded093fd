import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP2
import NIOSSL

extension OutboundConfiguration {
    /// Whether the file holds certificates in PEM.
    public static func isCertificateFile(_ path: String) -> Bool {
        (try? NIOSSLCertificate.fromPEMFile(path))?.isEmpty == false
    }

    /// How each HTTP client of ours is set: no redirects, no decompression, no retries but our own.
    ///
    /// - Parameter insistsOnHTTP2: whether what does not speak it over TLS is sent nothing.
    func clientSettings(idleTimeout: Duration, insistsOnHTTP2: Bool = false) -> HTTPClient.Configuration {
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
        if insistsOnHTTP2 { settings.http1_1ConnectionDebugInitializer = OutboundConfiguration.refuse }
        return settings
    }

    /// Told of each connection of HTTP/2, which all requests to a host share.
    private static let prepareShared: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let protocolHandler = try pipeline.handler(type: NIOHTTP2Handler.self)
            try pipeline.addHandler(RefusalReader(), position: .after(protocolHandler))
            try pipeline.addHandler(FlushGatherer(), position: .before(protocolHandler))
            // When the network drops it without a word, each request would end at its deadline for as long as the kernel
            // goes on sending, a quarter of an hour; so that gives up sooner.
            let silence = NIOBSDSocket.Option(rawValue: CInt(TCP_USER_TIMEOUT))
            try channel.syncOptions?.setOption(.tcpOption(silence), value: 20_000)
        }
    }

    /// Told of each connection that is not of HTTP/2, before it is given a request.
    private static let refuse: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        channel.eventLoop.makeCompletedFuture {
            // Without TLS there is no way to agree on HTTP/2: that is a stand-in on this machine.
            guard (try? channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)) != nil else { return }
            // Only afterwards: the pool does not expect the end of a connection that it still waits for.
            channel.eventLoop.execute { channel.close(promise: nil) }
            throw HTTP2Missing()
        }
    }
}

/// The server does not speak HTTP/2.
struct HTTP2Missing: Error {}
