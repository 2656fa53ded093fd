public import Foundation

/// A notification as it is first written: its document and the deliveries that are to be worked off.
public struct AcceptedNotification: Sendable {
    /// Open work on one route.
    public struct Delivery: Sendable, Hashable {
        public var route: Route
        /// Tokens it will draw: `NotificationContent.cost`. An estimate that settling corrects.
        public var cost: Int
        /// Nothing is sent before; nil for the content's `sendAt`, or else for at once.
        public var notBefore: Date?
    }

    public var id: UUID
    public var tenant: String
    /// Whom the document belongs to; nil for literal addresses.
    public var userId: String?
    public var createdAt: Date
    public var content: NotificationContent
    public var channels: [NotificationChannel: ChannelState]
    public var deliveries: [Delivery]
    /// What it counts against; nil where nothing is limited.
    public var charge: LimitCharge?

    /// Whether the recipient's inbox has it from the start.
    public var isUnread: Bool { channels[.inApp]?.status == .unread }

    /// Plans one recipient's notification.
    /// - Parameters:
    ///   - resolved: the recipient with what is known about the user.
    ///   - providedRoutes: the routes that have a provider.
    public init(
        id: UUID, tenant: String, content: NotificationContent, channels wanted: [NotificationChannel]?,
        resolved: Recipient, providedRoutes: Set<Route>, at now: Date
    ) {
        self.id = id
        self.tenant = tenant
        self.userId = resolved.userId
        self.createdAt = now
        self.content = content
        channels = [:]
        deliveries = []
        for channel in wanted ?? AcceptedNotification.reachable(resolved, providedRoutes) {
            plan(channel, for: resolved, providedRoutes: providedRoutes)
        }
    }

    /// The channels that a recipient has addresses for, of those that have a provider.
    public static func reachable(_ recipient: Recipient, _ provided: Set<Route>) -> [NotificationChannel] {
        NotificationChannel.allCases.filter { !provided.isDisjoint(with: recipient.routes(of: $0)) }
    }

    private mutating func plan(_ channel: NotificationChannel, for recipient: Recipient, providedRoutes: Set<Route>) {
        let addressed = recipient.routes(of: channel)
        let routes = addressed.filter(providedRoutes.contains)
        guard !routes.isEmpty else {
            channels[channel] = ChannelState(status: .skipped, failure: addressed.isEmpty ? .noAddress : .noProvider)
            return
        }
        let due = content.dueTime(of: channel, acceptedAt: createdAt)
        let isScheduled = due > createdAt
        if channel == .inApp, !isScheduled {
            channels[channel] = ChannelState(status: .unread)
            return
        }
        var state = ChannelState(status: isScheduled ? .scheduled : .pending)
        for route in routes {
            if channel.fansOut { state.routes[route] = state.standing }
            deliveries.append(
                Delivery(
                    route: route, cost: content.cost(on: route, addresses: recipient.targets(on: route).count),
                    notBefore: isScheduled ? due : nil))
        }
        channels[channel] = state
    }

    /// Whom it is for and its `collapseKey`, in one text: of several with the same only the newest is sent. Nil without a
    /// key. Somebody whom we do not know is known by the addresses.
    public var collapseGroup: String? { content.collapseGroup(of: userId) }

    /// The `channels` of the document.
    public var channelsJSON: JSON { ChannelState.document(channels) }
}

extension ChannelState {
    /// `{"push":{…},"email":{…}}`, in the order of the channels' declaration.
    public static func document(_ channels: [NotificationChannel: ChannelState]) -> JSON {
        let members = NotificationChannel.allCases.compactMap { channel in
            channels[channel].map { (channel.rawValue, $0.json(for: channel)) }
        }
        return .object(JSONObject(members))
    }

    /// Reads what `document` wrote.
    public static func read(_ document: JSON) -> [NotificationChannel: ChannelState] {
        var channels: [NotificationChannel: ChannelState] = [:]
        for member in document.object?.members ?? [] {
            guard let channel = NotificationChannel(rawValue: member.name) else { continue }
            channels[channel] = ChannelState(json: member.value, for: channel)
        }
        return channels
    }
}

extension NotificationContent {
    /// The same of a document. What is tried out takes the place of nothing that is meant.
    public func collapseGroup(of userId: String?) -> String? {
        guard let collapseKey else { return nil }
        var recipient = Recipient(userId: userId)
        if userId == nil {
            recipient = to
            (recipient.locale, recipient.timezone, recipient.attributes) = (nil, nil, nil)
        }
        return JSON.array([recipient.json, .string(collapseKey)] + (isTest ? [true] : [])).text
    }
}
