public import Documents
public import Foundation
public import Notifications

extension KeyStore.StoredKey {
    /// `valid`, `expired` or `revoked`.
    public func state(at now: Date) -> String {
        isValid(at: now) ? "valid" : revokedAt == nil ? "expired" : "revoked"
    }

    public var environment: APIKey.Environment { isTest ? .test : .live }

    public var scopeWords: [String] { scopes.map(\.rawValue).sorted() }

    /// All that is known of it, which is not enough to use it.
    public func json(at now: Date) -> JSONObject {
        JSONObject([
            ("id", .string(id)), ("tenant", .string(tenant)), ("name", .string(name)),
            ("environment", .string(environment.rawValue)),
            ("scopes", .array(scopeWords.map(JSON.string))), ("rate", rate.map { JSON($0) } ?? .null),
            ("state", .string(state(at: now))),
            ("createdAt", JSON(createdAt)), ("expiresAt", JSON(expiresAt)), ("revokedAt", JSON(revokedAt)),
            ("lastUsedAt", JSON(lastUsedAt)), ("replacedBy", JSON(replacedBy)),
        ])
    }
}
