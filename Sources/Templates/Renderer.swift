public import Notifications

/// Turns a notification's content into the message of one channel: pure, used before a send and for a preview.
public struct Renderer: Sendable {
    public init() {}

    /// The content with the channel's overrides: `title` and `body` there replace the common ones, anything else is the
    /// provider's to read.
    public func message(_ content: NotificationContent, for channel: NotificationChannel) -> Message {
        let overrides = content.overrides[channel]
        return Message(
            type: content.type, priority: content.priority, title: overrides?["title"]?.string ?? content.title,
            body: overrides?["body"]?.string ?? content.body, data: content.data, overrides: overrides,
            metadata: content.metadata, collapseKey: content.collapseKey)
    }
}
