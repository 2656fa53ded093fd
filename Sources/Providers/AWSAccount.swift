/// Who we are to Amazon, and where.
public struct AWSAccount: Sendable {
    /// As `eu-north-1`.
    public var region: String
    public var accessKeyId: String
    public var secretAccessKey: Secret
    /// Of temporary credentials.
    public var sessionToken: Secret?

    public init(region: String, accessKeyId: String, secretAccessKey: Secret, sessionToken: Secret? = nil) {
        self.region = region
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}
