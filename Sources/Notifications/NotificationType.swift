/// What kind of message it is; preferences and quiet hours treat the kinds differently.
public enum NotificationType: String, Sendable, Hashable, CaseIterable {
    case transactional, marketing, alert, system
}
