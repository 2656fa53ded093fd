extension NotificationContent {
    /// Channels in the order in which one of them gives a templated document the `title` and `body` that lists show.
    private static let readers: [NotificationChannel] = [.inApp, .push, .chat, .sms, .email, .webhook]

    /// Takes over what a template says on each channel. Whatever the request says itself takes the place of the template's
    /// member of that name.
    public mutating func take(_ rendered: [NotificationChannel: JSONObject], of stamp: TemplateStamp) {
        template = stamp
        for (channel, members) in rendered {
            var own = members
            if let title { own["title"] = .string(title) }
            if let body { own["body"] = .string(body) }
            overrides[channel] = overrides[channel].map(own.merging) ?? own
        }
        let said = NotificationContent.readers.compactMap { overrides[$0] }
        title = title ?? said.lazy.compactMap { ($0["title"] ?? $0["subject"])?.string }.first
        body = body ?? said.lazy.compactMap { $0["body"]?.string }.first
    }
}
