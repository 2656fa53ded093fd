import NIOCore
import NIOPosix
import NIOSSL

extension SMTPError {
    /// What an error of the connection means.
    init(cause: any Error, phase: SMTPPhase) {
        self =
            switch cause {
            case let error as SMTPError: error
            case let error as NIOSSLError where error.isAboutCertificate: .certificate
            case is NIOSSLExtraError: .certificate
            case is NIOSSLError where phase == .greeting || phase == .startTLS: .tlsFailed
            case is BoringSSLError where phase == .greeting || phase == .startTLS: .tlsFailed
            default: .connectionLost(phase)
            }
    }

    /// What an error of connecting means.
    init(connecting cause: any Error) {
        if let error = cause as? NIOConnectionError, error.connectionErrors.isEmpty {
            self = .nameNotResolved
        } else {
            self = cause as? SMTPError ?? .connectFailed
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
