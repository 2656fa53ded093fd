import Foundation
import Notifications

/// A table that is kept in partitions by time, each of which is dropped whole.
enum PartitionedTable: String, CaseIterable {
    case notifications
    case notificationTexts = "notification_texts"
    case deliveryEvents = "delivery_events"
    case providerMessages = "provider_messages"

    private static let day: TimeInterval = 86400
    /// Receipts come within days of their message; with more weeks each would be looked for in more partitions.
    private static let receiptRetention: Duration = .seconds(14 * 86400)

    /// Seconds that a partition spans. Weeks begin on Thursdays, as the epoch did.
    var span: TimeInterval { self == .deliveryEvents ? PartitionedTable.day : 7 * PartitionedTable.day }

    /// Rows of one batch share a page and are updated together; events and texts are never updated.
    var fillFactor: Int { self == .deliveryEvents || self == .notificationTexts ? 100 : 50 }

    /// Whether it is parted by the ids of notifications, and not by a time.
    var isByNotification: Bool { self == .notifications || self == .notificationTexts }

    /// How long rows are kept where documents are for `retention`.
    func retention(_ retention: Duration) -> Duration {
        self == .providerMessages ? min(retention, PartitionedTable.receiptRetention) : retention
    }

    /// The partitions from the one before now, for rows of a slow clock, to a week ahead.
    func ahead(of now: Date) -> [Partition] {
        let current = (now.timeIntervalSince1970 / span).rounded(.down)
        let last = Int(7 * PartitionedTable.day / span)
        return (-1...last).map {
            Partition(table: self, start: Date(timeIntervalSince1970: (current + Double($0)) * span))
        }
    }
}

/// One partition. Its name and bounds are made here, never of what a caller wrote.
struct Partition: Hashable {
    var table: PartitionedTable
    var start: Date

    init(table: PartitionedTable, start: Date) {
        self.table = table
        self.start = start
    }

    /// Reads `notifications_20261119`.
    init?(name: String) {
        guard let mark = name.lastIndex(of: "_"), let table = PartitionedTable(rawValue: String(name[..<mark])) else {
            return nil
        }
        let digits = name[name.index(after: mark)...]
        guard digits.count == 8,
            let start = Timestamp.date(
                "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))T00:00:00Z")
        else { return nil }
        self.init(table: table, start: start)
    }

    var end: Date { start.addingTimeInterval(table.span) }

    var name: String { table.rawValue + "_" + Timestamp.text(start).prefix(10).filter { $0 != "-" } }

    /// The bounds as SQL literals.
    var from: String { bound(at: start) }
    var to: String { bound(at: end) }

    private func bound(at date: Date) -> String {
        table.isByNotification ? "'\(UUID.version7Floor(at: date).text)'" : "'\(Timestamp.text(date))'"
    }
}
