import Foundation
import Notifications
import Postgres

/// One row of the permit statement.
struct PermitRow {
    let id: UUID
    let verdict: PermitVerdict
    private let row: PostgresRow

    init(_ row: PostgresRow) throws {
        self.row = row
        id = try row.get("notification_id")
        guard let verdict = PermitVerdict(rawValue: try row.get("verdict")) else {
            throw PostgresError.decoding(column: "verdict", expected: "a verdict")
        }
        self.verdict = verdict
    }

    func answer(on route: Route) throws -> PermitAnswer {
        // Re-driven just when its partition was dropped: Partitions forgets it next.
        if verdict.needsDocument, try row.get("content", as: JSONB?.self) == nil { return .gone }
        switch verdict {
        case .granted: return try judged(permit(on: route))
        case .cancelled: return .over(try permit(on: route), .cancelled, try DeliveryFailure(collapsed: row))
        case .expired: return .over(try permit(on: route), .expired, .expired)
        case .poison: return .over(try permit(on: route), .failed, .poison)
        case .unknown: return .over(try permit(on: route), .unknown, .permitLost)
        case .exhausted: return .over(try permit(on: route), .failed, .permitLost)
        case .held, .early: return .refused(after: .milliseconds(try row.get("wait_milliseconds", as: Int64.self)))
        case .locked, .suspect, .abandoned: return .refused(after: PermitStore.shortWait)
        case .gone: return .gone
        }
    }

    private func permit(on route: Route) throws -> Permit { try Permit(row, on: route) }

    /// What becomes of a permit, given whether its recipient is to get anything now. One that is not used was no attempt.
    private func judged(_ granted: Permit) throws -> PermitAnswer {
        var (permit, unused) = (granted, granted)
        unused.attempt -= 1
        guard try permit.readEndpoint(of: row) else { return .over(unused, .skipped, .endpointGone) }
        if let reason = try row.get("suppression", as: String?.self).flatMap(Suppression.Reason.init) {
            return .over(unused, .skipped, .suppressed(reason))
        }
        if try isNeedless(permit) { return .over(unused, .skipped, .planSatisfied) }
        // What endpoints are told is for no user to prefer.
        if permit.content.endpointMessage != nil { return .granted(permit) }
        let rules = try SendingRules(row, of: permit.content, for: permit.recipient)
        switch rules.verdict(on: permit.route.channel, of: permit.content, due: permit.grantedAt) {
        case .send: return .granted(permit)
        case .skip(let failure): return .over(unused, .skipped, failure)
        case .wait(let end, let failure): return .putOff(unused, until: end, failure)
        }
    }

    /// Whether an earlier step of its plan was enough.
    private func isNeedless(_ permit: Permit) throws -> Bool {
        // Whoever has it tried again wants it sent.
        guard permit.round == 1, let plan = permit.content.plan else { return false }
        let channels = ChannelState.read(try row.get("channels", as: JSONB.self).json)
        return plan.isNeedless(permit.route.channel, given: channels)
    }
}

extension DeliveryFailure {
    /// Why a delivery was cancelled, if it was not the caller's word.
    init?(collapsed row: PostgresRow) throws {
        guard let newer = try row.get("collapsed_by", as: UUID?.self) else { return nil }
        self = .collapsed(by: newer.text)
    }
}

extension Permit {
    /// Of a row with the columns of the delivery, its document and what is known about its user.
    init(_ row: PostgresRow, on route: Route) throws {
        let content = NotificationContent(stored: try row.get("content", as: JSONB.self).json)
        let channels = try row.get("channels", as: JSONB.self).json
        let state = channels[route.channel.rawValue].flatMap { ChannelState(json: $0, for: route.channel) }
        self.init(
            notificationId: try row.get("notification_id"), route: route, tenant: try row.get("tenant"),
            userId: try row.get("user_id"), createdAt: try row.get("created_at"), grantedAt: try row.get("at"),
            fence: try row.get("fence"),
            attempt: Int(try row.get("attempts", as: Int32.self)),
            crashes: Int(try row.get("crashes", as: Int32.self)), round: Int(try row.get("round", as: Int32.self)),
            expiresAt: try row.get("expires_at"),
            content: content, channel: state ?? ChannelState(status: .pending),
            recipient: try content.recipient(knownBy: row))
    }
}

extension Permit {
    /// Reads where a message to an endpoint goes, and what it is signed with; false when there is no such endpoint any
    /// more. All else goes where its recipient says.
    fileprivate mutating func readEndpoint(of row: PostgresRow) throws -> Bool {
        guard let message = content.endpointMessage else { return true }
        guard let endpoint = try row.get("endpoint", as: JSONB?.self)?.json, let url = endpoint["url"]?.string else {
            return false
        }
        recipient.webhookUrl = url
        envelope = WebhookEnvelope(message, secrets: endpoint["secrets"]?.array?.compactMap(\.string) ?? [])
        return true
    }
}

extension NotificationContent {
    /// Whom it is for, as known now: what the row says in `profile` and `devices` about the user, under what the caller
    /// wrote.
    func recipient(knownBy row: PostgresRow) throws -> Recipient {
        guard let profile = try row.get("profile", as: JSONB?.self) else { return to }
        let devices = try row.get("devices", as: JSONB?.self)?.json.array ?? []
        return Recipient(stored: profile.json, devices: devices, userId: to.userId).overlaid(by: to)
    }
}
