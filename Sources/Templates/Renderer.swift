public import Notifications

/// Turns a notification's content into the message of one channel: pure, used before a send and for a preview.
public struct Renderer: Sendable {
    public init() {}

    /// The content with the channel's overrides: `title` and `body` there replace the common ones, anything else is the
    /// provider's to read. Of what a template made the overrides are all there is: a text without a title gets none.
    public func message(_ content: NotificationContent, for channel: NotificationChannel) -> Message {
        let overrides = content.overrides[channel]
        let isComplete = content.template != nil && overrides != nil
        return Message(
            type: content.type, priority: content.priority,
            title: overrides?["title"]?.string ?? (isComplete ? nil : content.title),
            body: overrides?["body"]?.string ?? (isComplete ? nil : content.body), data: content.data,
            overrides: overrides, metadata: content.metadata, collapseKey: content.collapseKey)
    }
}
