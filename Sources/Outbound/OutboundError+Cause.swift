import AsyncHTTPClient
import NIOHTTP1
import NIOHTTP2
import NIOSSL

extension OutboundError {
    /// - Parameters:
    ///   - cause: what the HTTP client threw.
    ///   - isSent: whether the request's head had left by then.
    init(cause: any Error, isSent: Bool) {
        let reason = Reason(cause: cause, isSent: isSent)
        self = isSent && reason != .requestRefused ? .unknown(reason) : .notSent(reason)
    }
}

extension OutboundError.Reason {
    init(cause: any Error, isSent: Bool) {
        self =
            switch cause {
            case let error as HTTPClientError: .init(error, isSent: isSent)
            case let error as NIOSSLError where error.isAboutCertificate: .certificate
            case is NIOSSLError where !isSent: .tlsFailed
            case is NIOSSLExtraError: .certificate
            case is HTTP2Missing: .noHTTP2
            case is HTTPParserError: .malformedReply
            // RST_STREAM with REFUSED_STREAM, or a GOAWAY that stops below this request.
            // Source: RFC 9113 §8.7.
            case let error as NIOHTTP2Errors.StreamClosed where error.errorCode == .refusedStream: .requestRefused
            case is NIOHTTP2Errors.CreatedStreamAfterGoaway: .requestRefused
            case let error as NIOHTTP2Errors.StreamError: .init(cause: error.baseError, isSent: isSent)
            default: isSent ? .connectionLost : .connectFailed
            }
    }

    private init(_ error: HTTPClientError, isSent: Bool) {
        self =
            switch error {
            case .deadlineExceeded, .getConnectionFromPoolTimeout: .timeout
            case .connectTimeout: .connectFailed
            case .tlsHandshakeTimeout: .tlsFailed
            case .cancelled: .cancelled
            case .alreadyShutdown: .shutDown
            default: isSent ? .connectionLost : .connectFailed
            }
    }
}

extension NIOSSLError {
    /// BoringSSL tells a bad chain from other failures only by the name of its error.
    fileprivate var isAboutCertificate: Bool {
        switch self {
        case .noCertificateToValidate, .unableToValidateCertificate: true
        case .handshakeFailed(.sslError(let stack)): stack.contains { "\($0)".contains("CERTIFICATE_VERIFY_FAILED") }
        default: false
        }
    }
}
