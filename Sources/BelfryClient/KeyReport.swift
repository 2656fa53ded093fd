public import Foundation
public import Notifications

/// All that is known of a key, which is not enough to use it.
public struct KeyReport: Sendable, Hashable {
    /// What it is rotated and revoked by; no secret.
    public let id: String
    public let name: String
    /// Whether what is sent with it goes to the simulator.
    public let isTest: Bool
    public let scopes: Set<Scope>
    /// Requests a second in each process; 0 is no limit, nil leaves it to the server.
    public let rate: Int?
    /// `valid`, `expired` or `revoked`.
    public let state: String
    public let createdAt: Date?
    /// Nil for never.
    public let expiresAt: Date?
    public let revokedAt: Date?
    /// Right to about a minute; nil for never.
    public let lastUsedAt: Date?
    /// The id of the key that took its place.
    public let replacedBy: String?
    /// All of it as it was answered, without the key itself.
    public let json: JSON

    /// Nil for what is no key.
    public init?(json: JSON) {
        guard let id = json["id"]?.string, let state = json["state"]?.string else { return nil }
        self.id = id
        self.state = state
        self.json = json
        name = json["name"]?.string ?? ""
        isTest = json["environment"] == "test"
        scopes = Set((json["scopes"]?.strings ?? []).compactMap(Scope.init))
        rate = json["rate"]?.int
        createdAt = json["createdAt"]?.date
        expiresAt = json["expiresAt"]?.date
        revokedAt = json["revokedAt"]?.date
        lastUsedAt = json["lastUsedAt"]?.date
        replacedBy = json["replacedBy"]?.string
    }
}
