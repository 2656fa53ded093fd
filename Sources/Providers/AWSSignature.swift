import Crypto
import Foundation
import HTTPTypes
import Notifications
import Outbound

/// Signs a request to Amazon.
///
/// **Source:** AWS IAM User Guide, "Create a signed AWS API request" (Signature Version 4).
struct AWSSignature {
    private static let algorithm = "AWS4-HMAC-SHA256"
    let account: AWSAccount
    /// The signing name, which is not always that of the service: `ses` for SES v2.
    let service: String

    /// The request with the headers that prove who sent it. Its URL has a plain path and no query. What is signed is
    /// exactly the body that is sent.
    func sign(_ request: OutboundRequest, at date: Date) -> OutboundRequest {
        let stamp = AWSSignature.stamp(date)
        var signed = request
        signed.headers.append(("X-Amz-Date", stamp))
        if let token = account.sessionToken { signed.headers.append(("X-Amz-Security-Token", token.value)) }
        let url = URLComponents(string: request.url)
        let headers = (signed.headers.map { ($0.name.lowercased(), $0.value) } + [("host", AWSSignature.host(of: url))])
            .sorted { $0.0 < $1.0 }
        let names = headers.map(\.0).joined(separator: ";")
        let path = url?.percentEncodedPath ?? ""
        let canonical = [
            request.method.rawValue, path.isEmpty ? "/" : path, "", headers.map { "\($0.0):\($0.1)\n" }.joined(), names,
            hex(SHA256.hash(data: request.body)),
        ].joined(separator: "\n")
        let scope = "\(stamp.prefix(8))/\(account.region)/\(service)/aws4_request"
        let text = [AWSSignature.algorithm, stamp, scope, hex(SHA256.hash(data: Data(canonical.utf8)))]
            .joined(separator: "\n")
        let signature = hex(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key(day: stamp.prefix(8))))
        let credential = "Credential=\(account.accessKeyId)/\(scope)"
        signed.headers.append(
            (
                "Authorization",
                "\(AWSSignature.algorithm) \(credential), SignedHeaders=\(names), Signature=\(signature)"
            ))
        return signed
    }

    private func key(day: Substring) -> SymmetricKey {
        let secret = SymmetricKey(data: Data("AWS4\(account.secretAccessKey.value)".utf8))
        return [String(day), account.region, service, "aws4_request"].reduce(secret) { key, part in
            SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
    }

    private func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    /// As the HTTP client sends it: with its port, unless that is the scheme's own.
    private static func host(of url: URLComponents?) -> String {
        let host = url?.host?.lowercased() ?? ""
        guard let port = url?.port, port != (url?.scheme == "http" ? 80 : 443) else { return host }
        return "\(host):\(port)"
    }

    /// `20260131T093100Z`.
    private static func stamp(_ date: Date) -> String {
        let digits = Timestamp.text(date).filter(\.isNumber)
        return "\(digits.prefix(8))T\(digits.dropFirst(8).prefix(6))Z"
    }
}
