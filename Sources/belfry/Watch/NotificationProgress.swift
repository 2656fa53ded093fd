import Foundation
import Notifications

/// How far a notification has come, as somebody watches it: a line for each channel and for each of its devices.
struct NotificationProgress: Equatable {
    struct Line: Equatable {
        var channel: String
        /// A device, or a chat's route; nil for the channel itself.
        var target: String?
        var status: String
        var provider: String?
        var attempts: Int
        /// Why it failed, or waits for another attempt.
        var reason: String?
    }

    var id: String
    var status: String
    var lines: [Line]

    /// - Parameter document: as the API answers it.
    init(document: JSON) {
        id = document["id"]?.string ?? ""
        status = document["status"]?.string ?? ""
        let known = NotificationChannel.allCases.map(\.rawValue)
        lines = known.flatMap { name in
            document["channels"]?[name].map { NotificationProgress.lines(of: name, $0) } ?? []
        }
    }

    private static func lines(of channel: String, _ state: JSON) -> [Line] {
        let targets = (state["devices"] ?? state["addresses"])?.object?.members ?? []
        return [line(channel, nil, state)] + targets.map { line(channel, $0.name, $0.value) }
    }

    private static func line(_ channel: String, _ target: String?, _ state: JSON) -> Line {
        Line(
            channel: channel, target: target, status: state["status"]?.string ?? "",
            provider: state["provider"]?.string,
            attempts: state["attempts"]?.int ?? 0, reason: DeliveryFailure(json: state["error"])?.detail)
    }

    /// Takes over what an event says of its channel. Devices are known from the document alone.
    mutating func apply(_ event: StatusEvent) {
        guard event.notificationId.text == id, let channel = event.channel,
            let place = lines.firstIndex(where: { $0.channel == channel.rawValue && $0.target == nil })
        else { return }
        // Of several routes one may be sent already while the next one is only begun.
        if event.status == "processing", !NotificationProgress.isOpen(lines[place].status) { return }
        lines[place].status = event.status
        // The document counts an attempt once it is over, and so does the watch.
        if event.status == "processing" { return }
        lines[place].provider = event.provider ?? lines[place].provider
        lines[place].attempts = max(lines[place].attempts, event.attempt)
        lines[place].reason = event.failure?.detail
    }

    private static func isOpen(_ status: String) -> Bool { ["pending", "scheduled", "processing"].contains(status) }

    /// Whether nothing more is to be sent: what comes after it comes by a receipt, at any time.
    var isDone: Bool { !NotificationProgress.isOpen(status) }

    /// Whether it reached everybody whom it was to reach.
    var isGood: Bool { status == "sent" || status == "delivered" }
}

// MARK: - What is shown

extension NotificationProgress {
    /// All of it, to be written over by the next.
    func block(on terminal: Terminal) -> [String] {
        let room = (terminal.width ?? .max) - status.count - 2
        let heading = "\(id.fitted(to: room))  \(StyledText(status: status).painted(terminal.hasColor))"
        let table = TextTable(
            columns: [.text("CHANNEL"), .text("STATUS"), .number("ATTEMPTS"), .text("PROVIDER"), .text("REASON")],
            rows: lines.map { line in
                [
                    StyledText(line.target.map { "  \($0)" } ?? line.channel), StyledText(status: line.status),
                    StyledText(line.attempts > 0 ? "\(line.attempts)" : ""), StyledText(line.provider ?? ""),
                    StyledText(line.reason ?? "", .dim),
                ]
            })
        return [heading] + table.lines(on: terminal)
    }

    /// One line for each thing that is not as it was, to be appended to the others.
    /// - Parameter before: what was shown last; nil at the start.
    func changes(since before: NotificationProgress?) -> [String] {
        lines.compactMap { line in
            let old = before?.lines.first { $0.channel == line.channel && $0.target == line.target }
            guard old?.status != line.status || old?.attempts != line.attempts else { return nil }
            let attempt = line.attempts > 1 ? "attempt \(line.attempts)" : nil
            let details = [line.provider.map { "by \($0)" }, attempt, line.reason].compactMap(\.self)
            let place = [line.channel, line.target].compactMap(\.self).joined(separator: " ")
            return "\(place): \(line.status)\(details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")".printable
        }
    }
}
