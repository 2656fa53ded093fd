import HTTPTypes
import Notifications

/// What Amazon calls an error.
enum AWSError {
    /// Of the JSON protocol: `x-amzn-ErrorType: BadRequestException:http://…`, or `__type` in the body, which may have a
    /// name space before a `#`.
    static func name(_ answer: ProviderAnswer) -> String? {
        let header = HTTPField.Name("x-amzn-ErrorType").flatMap { answer.headers[$0] }
        let text = header ?? answer.json?["__type"]?.string ?? answer.json?["code"]?.string
        return text?.split(separator: "#").last?.split(separator: ":").first.map(String.init)
    }

    /// The text of the first element of this name, of the query protocol's XML. It is not unescaped.
    static func element(_ name: String, of xml: String) -> String? {
        guard let start = xml.firstRange(of: "<\(name)>")?.upperBound,
            let end = xml[start...].firstRange(of: "</\(name)>")?.lowerBound
        else { return nil }
        return String(xml[start..<end])
    }

    /// Those of every service.
    ///
    /// **Source:** AWS "Common error types" of the API references of SES v2 and SNS.
    static let common: [String: ProviderAnswer.Meaning] = [
        "AccessDenied": .authentication, "AccessDeniedException": .authentication,
        "ExpiredToken": .authentication, "ExpiredTokenException": .authentication,
        "IncompleteSignature": .authentication, "IncompleteSignatureException": .authentication,
        "InvalidClientTokenId": .authentication, "InvalidSignatureException": .authentication,
        "MissingAuthenticationToken": .authentication, "MissingAuthenticationTokenException": .authentication,
        "NotAuthorized": .authentication, "OptInRequired": .authentication, "RequestExpired": .authentication,
        "SignatureDoesNotMatch": .authentication, "UnrecognizedClientException": .authentication,
        "Throttling": .throttled, "ThrottlingException": .throttled, "TooManyRequestsException": .throttled,
        "InternalFailure": .retry, "InternalServiceError": .retry, "InternalServiceErrorException": .retry,
        "ServiceUnavailable": .retry, "ServiceUnavailableException": .retry,
    ]

    /// The wait after a rate was exceeded, which is counted by the second.
    static let throttleWait: Duration = .seconds(1)
}
