import Foundation
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
        switch cause {
        case let error as SMTPError: self = error
        case let error as NIOConnectionError where error.connectionErrors.isEmpty: self = .nameNotResolved
        case let error as NIOConnectionError where error.connectionErrors.contains(where: { $0.error.isHangUp }):
            self = .connectionLost(.greeting)
        default: self = .connectFailed
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

extension Error {
    /// Whether the server took the connection and was gone before we had heard of it: one that takes none refuses.
    fileprivate var isHangUp: Bool {
        guard let error = self as? IOError else { return false }
        return error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
    }
}
