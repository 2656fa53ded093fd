import Foundation
import Notifications

/// What a filled database holds, and where to look for it.
struct ListsWorld: Sendable {
    static let tenant = "acme"
    /// One of a hundred others, which share a tenth of all.
    static let smallTenant = "other-7"
    static let heavyUser = "heavy"
    static let heavyShare = 100_000

    let rows: Int
    /// The notifications are spread evenly over this time.
    let time: Range<Date>

    init(rows: Int, until now: Date = Date()) {
        self.rows = rows
        time = now.addingTimeInterval(-6 * 86400)..<now
    }

    /// Ordinary users have about fifty notifications each.
    var users: Int { max(1, rows / 50) }

    /// One of so many notifications is the heavy user's.
    var heavyEvery: Int { max(10, rows / ListsWorld.heavyShare) }

    var anyUser: String { "user-\(Int.random(in: 0..<users))" }

    /// A place to go on from that is as likely near the end as near the start.
    var anyPlace: UUID {
        let length = time.upperBound.timeIntervalSince(time.lowerBound)
        return .version7(at: time.lowerBound.addingTimeInterval(.random(in: 0.05...1) * length))
    }
}
