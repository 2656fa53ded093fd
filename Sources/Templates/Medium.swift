import Notifications

/// What a template's text is written in.
enum Medium: Sendable, Hashable {
    case text
    /// One line that becomes a header of a mail.
    case line
    case html
    /// A web address, by itself.
    case url

    /// The medium of a member: `html` and what becomes the subject are so in e-mails only, addresses everywhere.
    init(of member: String, in channel: NotificationChannel, isTopLevel: Bool) {
        let name = member.lowercased()
        switch (channel, member) {
        case (.email, "html") where isTopLevel: self = .html
        case (.email, "subject") where isTopLevel, (.email, "title") where isTopLevel: self = .line
        default:
            self = name.hasSuffix("url") || ["link", "image", "href", "listunsubscribe"].contains(name) ? .url : .text
        }
    }
}
