import Notifications

/// A piece of output and how it looks where there are colours.
struct StyledText: Equatable, ExpressibleByStringInterpolation {
    /// **Source:** ECMA-48, "Select graphic rendition".
    enum Style: Int {
        case plain = 0
        case bold = 1
        case dim = 2
        case bad = 31
        case good = 32
        case waiting = 33
    }

    var text: String
    var style: Style

    init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }

    init(stringLiteral value: String) { self.init(value) }

    /// The status of a channel, of a device or of a whole notification.
    init(status: String) {
        let style: Style =
            switch status {
            case "sent", "delivered", "unread", "read": .good
            case "failed", "bounced", "expired", "unknown", "partial": .bad
            case "skipped", "cancelled": .dim
            default: .waiting
            }
        self.init(status, style)
    }

    /// With the codes of its style around it.
    func painted(_ hasColor: Bool) -> String {
        hasColor && style != .plain && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
