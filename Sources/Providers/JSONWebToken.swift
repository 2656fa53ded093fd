import Foundation
import Notifications

/// A signed token in its compact form.
///
/// **Source:** RFC 7515 §7.1, RFC 7519.
enum JSONWebToken {
    /// - Parameter sign: makes the signature of the bytes, by the algorithm that the header names.
    static func text(header: JSON, claims: JSON, sign: (Data) throws -> Data) rethrows -> String {
        let content = [header, claims].map { Data($0.utf8).base64URL }.joined(separator: ".")
        return "\(content).\(try sign(Data(content.utf8)).base64URL)"
    }
}
