public import Foundation

/// What preferences and quiet hours say about sending to one recipient: asked when a notification is accepted, again when
/// it is about to be sent, and by whoever wants it explained.
public struct SendingRules: Sendable, Hashable {
    public enum Verdict: Sendable, Hashable {
        case send
        /// Never.
        case skip(DeliveryFailure)
        /// Not before.
        case wait(until: Date, DeliveryFailure)
    }

    public let defaults: PreferenceDefaults
    private let preferences: Preferences?
    private let timezone: String?

    /// - Parameter recipient: with what is known about the user.
    public init(_ defaults: PreferenceDefaults, for recipient: Recipient) {
        self.defaults = defaults
        preferences = recipient.preferences
        timezone = recipient.timezone
    }

    /// - Parameter due: when it would be sent.
    public func verdict(on channel: NotificationChannel, of content: NotificationContent, due: Date) -> Verdict {
        if let optOut = optOut(on: channel, of: content) { return .skip(optOut) }
        guard let end = quiet(on: channel, of: content)?.end(at: due) else { return .send }
        return .wait(until: end, .quietHours(until: end, expiresAt: content.expiresAt))
    }

    /// What the user says goes before what the tenant says for all; of what one side says, the most specific counts.
    private func optOut(on channel: NotificationChannel, of content: NotificationContent) -> DeliveryFailure? {
        let heedsChannels = !defaults.lets(content, pass: .channels)
        for (owner, preferences) in [("user", preferences), ("tenant", defaults.preferences)] {
            let rule = preferences?.rule(
                on: channel, type: content.type, category: content.category, heedsChannels: heedsChannels)
            if let rule { return rule.isOn ? nil : .preference(of: owner, at: rule.place) }
        }
        return nil
    }

    /// Quiet hours by one user's clock.
    struct Quiet: Sendable, Hashable {
        var hours: QuietHours
        var zone: TimeZone

        func end(at date: Date) -> Date? { hours.end(at: date, in: zone) }
    }

    /// Those that hold for a message on a channel.
    func quiet(on channel: NotificationChannel, of content: NotificationContent) -> Quiet? {
        guard !defaults.lets(content, pass: .quietHours),
            let hours = preferences?.quietHours ?? defaults.preferences.quietHours, hours.channels.contains(channel)
        else { return nil }
        return Quiet(hours: hours, zone: timezone.flatMap { TimeZone(identifier: $0) } ?? defaults.timeZone)
    }
}

extension DeliveryFailure {
    /// - Parameter place: of the rule, in the preferences as they are read and written.
    static func preference(of owner: String, at place: String) -> DeliveryFailure {
        DeliveryFailure(code: "preference", detail: "The \(owner)'s preferences turn it off: \(place).")
    }

    static func quietHours(until end: Date, expiresAt: Date) -> DeliveryFailure {
        let detail = "The user's quiet hours last until \(Timestamp.text(end))"
        return DeliveryFailure(
            code: "quietHours", detail: expiresAt < end ? "\(detail); it expires before." : "\(detail).", until: end)
    }
}
