/// A way to reach someone, as a caller names it. Each channel has one sub-document in `channels`.
public enum NotificationChannel: String, Sendable, Hashable, CaseIterable {
    case push, email, sms, inApp, chat, webhook

    /// Push and chat may reach one recipient at several places at once, and say so place by place.
    public var fansOut: Bool { self == .push || self == .chat }
}
