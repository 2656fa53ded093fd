public import Notifications

/// Delivers to the recipient's inbox, which needs no sending: the notification's document is what the inbox lists.
///
/// So it accepts at once. The status `unread` follows from that, by `Route.acceptedStatus`, when the worker records the
/// outcome; a notification that is not scheduled is written as `unread` already when it is accepted.
public struct InAppProvider: Provider {
    public let name = "inApp"

    public init() {}

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome { .accepted(providerMessageId: nil) }
}

extension InAppProvider {
    static let kind = ProviderKind("inApp", routes: [.inApp]) { _, _ in ProviderSetup { _, _ in InAppProvider() } }
}
