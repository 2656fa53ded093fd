import ArgumentParser
import BelfryClient
import Foundation
import Notifications

/// Which dead letters are meant.
struct DeadLetterOptions: ParsableArguments {
    @Option(help: "Only those of this route, such as push.fcm.")
    var route: String?

    @Option(help: "Only those of this channel.")
    var channel: String?

    @Option(help: "Only those of this user.")
    var user: String?

    @Option(help: "Only those that ended with this code, such as timeout.")
    var code: String?

    @Option(help: "Only those that died since then: a time such as 2026-12-01T08:00:00Z, or 2h for two hours ago.")
    var since: String?

    @Option(help: "Only those that died before then, likewise.")
    var until: String?

    var isNarrow: Bool { [route, channel, user, code, since, until].contains { $0 != nil } }

    func validate() throws { _ = try query(at: Date()) }

    func query(at now: Date) throws -> DeadLetterQuery {
        var query = DeadLetterQuery()
        query.route = route
        query.channel = channel
        query.userId = user
        query.code = code
        query.since = try since.map { try DeadLetterOptions.time($0, "--since", now) }
        query.until = try until.map { try DeadLetterOptions.time($0, "--until", now) }
        return query
    }

    private static func time(_ text: String, _ option: String, _ now: Date) throws -> Date {
        if let ago = Duration(shorthand: text) { return now.addingTimeInterval(-ago.timeInterval) }
        guard let date = Timestamp.date(text) else {
            throw ValidationError("\(option) must be a time such as 2026-12-01T08:00:00Z, or how long ago, such as 2h.")
        }
        return date
    }
}
