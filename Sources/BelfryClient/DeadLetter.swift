public import Foundation
public import Notifications

/// A delivery that was given up.
public struct DeadLetter: Sendable, Hashable {
    public let notificationId: String
    public let route: String
    public let userId: String?
    public let attempts: Int
    public let provider: String?
    public let failure: DeliveryFailure?
    public let diedAt: Date?

    /// Nil for what is no dead letter.
    public init?(json: JSON) {
        guard let id = json["notificationId"]?.string, let route = json["route"]?.string else { return nil }
        notificationId = id
        self.route = route
        userId = json["userId"]?.string
        attempts = json["attempts"]?.int ?? 0
        provider = json["provider"]?.string
        failure = DeliveryFailure(json: json["reason"])
        diedAt = json["diedAt"]?.date
    }
}

/// What a re-drive came to.
public struct RedriveReport: Sendable, Hashable {
    /// Dead letters that the filter fits, of those that were looked at.
    public let matched: Int
    /// Deliveries that are on their way again.
    public let redriven: Int
    /// Whether more are left that the filter fits.
    public let remaining: Bool
    /// All of it as it was answered.
    public let json: JSON

    init(json: JSON) {
        matched = json["matched"]?.int ?? 0
        redriven = json["redriven"]?.int ?? 0
        remaining = json["remaining"]?.bool ?? false
        self.json = json
    }
}
