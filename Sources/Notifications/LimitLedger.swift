public import Foundation

/// What users got of late and what is on its way to them, of what is limited: decides without I/O who may get more.
public struct LimitLedger: Sendable {
    public enum Answer: Sendable, Hashable {
        /// There is room; `places` of the charge says when.
        case booked(LimitCharge, late: [NotificationChannel: DeliveryFailure])
        /// There is none in time, and nothing was booked.
        case refused(DeliveryFailure)
    }

    /// In order.
    public private(set) var times: [LimitCharge.Account: [Date]]
    /// Accounts that something was booked on.
    public private(set) var changed: Set<LimitCharge.Account> = []
    private let now: Date

    /// What one account may hold; beyond it also those are refused who would wait, and what is far ahead.
    static let maximumTimes = 1000

    /// - Parameter times: as they were kept, in any order.
    public init(_ times: [LimitCharge.Account: [Date]], at now: Date) {
        self.now = now
        self.times = times.mapValues { $0.sorted() }
    }

    /// Books all channels of a charge or none.
    public mutating func book(_ charge: LimitCharge) -> Answer {
        var charge = charge
        var late: [NotificationChannel: DeliveryFailure] = [:]
        for line in charge.lines {
            for limit in line.limits { forgetPast(of: limit) }
            let full = line.limits.first { times[$0.account, default: []].count >= LimitLedger.maximumTimes }
            let (place, last) = place(of: line)
            charge.places[line.channel] = place
            guard let limit = last ?? full else { continue }
            let failure = DeliveryFailure.recipientLimited(limit, until: place)
            if !charge.waits || full != nil || place >= charge.expiresAt { return .refused(failure) }
            late[line.channel] = failure
        }
        for line in charge.lines {
            for limit in line.limits { keep(charge.places[line.channel] ?? line.due, in: limit.account) }
        }
        return .booked(charge, late: late)
    }

    /// What no span reaches back to.
    private mutating func forgetPast(of limit: LimitCharge.Limit) {
        let start = now.addingTimeInterval(-limit.limit.per.timeInterval)
        times[limit.account]?.removeAll { $0 <= start }
    }

    private mutating func keep(_ place: Date, in account: LimitCharge.Account) {
        times[account, default: []].insertInOrder(place)
        changed.insert(account)
    }

    /// The first instant at which all limits of a line leave room, and the one that is last to; nil where none is full.
    private func place(of line: LimitCharge.Line) -> (Date, LimitCharge.Limit?) {
        var place = line.due
        var last: LimitCharge.Limit?
        var isMoving = true
        // What is late for one limit may be in the way of another.
        while isMoving {
            isMoving = false
            for limit in line.limits {
                let next = limit.limit.room(from: place, among: times[limit.account] ?? [])
                if next > place { (place, last, isMoving) = (next, limit, true) }
            }
            // What was put off into quiet hours waits for their end, and counts then.
            if let end = line.quiet?.end(at: place) { (place, isMoving) = (end, true) }
        }
        return (place, last)
    }
}

extension DeliveryFailure {
    static func recipientLimited(_ full: LimitCharge.Limit, until room: Date) -> DeliveryFailure {
        let kind =
            switch full.account.kind {
            case .all: ""
            case .type(let type): " of the type \(type.rawValue)"
            case .category(let name): " of the category \(name)"
            }
        return DeliveryFailure(
            code: "recipientLimited",
            detail: "The user gets \(full.limit.count)\(kind) by \(full.account.channel.rawValue) within "
                + "\(full.limit.per.shorthand); there is room at \(Timestamp.text(room)).", until: room)
    }
}
