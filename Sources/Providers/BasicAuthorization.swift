import Foundation

/// The `Authorization` of a user and a password.
///
/// **Source:** RFC 7617.
enum BasicAuthorization {
    static func value(user: String, password: Secret) -> String {
        "Basic " + Data("\(user):\(password.value)".utf8).base64EncodedString()
    }
}
