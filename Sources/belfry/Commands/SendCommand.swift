import ArgumentParser
import BelfryClient
import Foundation
import Notifications

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send a notification and watch what becomes of it.",
        discussion: """
            Example: belfry send --to u42 --channels push,inApp --title "Order shipped" --body "It is on its way."

            Ends when nothing more is to be sent: with 0 when all went well, 1 when something failed or the time is \
            over, 2 when the call itself was wrong. What is sent to a topic is watched until all of its subscribers \
            were read.
            """)

    @OptionGroup(title: "What to send") var content: SendOptions

    @Option(help: "With it the same request can be sent again and is accepted once, for 24 hours.")
    var idempotencyKey: String?

    @Flag(inversion: .prefixedNo, help: "Watch the status until nothing more is to be sent.")
    var watch = true

    @Option(help: "How long to watch at most.")
    var timeout = "60s"

    @Flag(help: "Print the document at the end, as JSON, and nothing else.")
    var json = false

    @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

    func validate() throws {
        guard Duration(shorthand: timeout) != nil else {
            throw ValidationError("--timeout must be a duration such as 30s or 5m.")
        }
    }

    func run() async throws {
        let request = try content.request(file: try content.fileText())
        try await connection.run { client in
            let answer = try await client.send(request, idempotencyKey: idempotencyKey)
            if answer.isReplay { complain("This key was used before: this is what became of the first request.") }
            if let broadcast = answer.broadcast { return try await follow(broadcast, client) }
            guard let id = answer.json["id"]?.string else { return try printList(answer.json) }
            let end = try await follow(id, answer.json, client)
            if json { try Output.put(lines: [end.text]) }
            try judge(NotificationProgress(document: end))
        }
    }

    /// The document at the end.
    private nonisolated(nonsending) func follow(
        _ id: String, _ document: JSON, _ client: BelfryClient
    ) async throws -> JSON {
        let limit = Duration(shorthand: timeout) ?? .zero
        let isLater = document["sendAt"]?.date.map { $0.timeIntervalSinceNow > limit.timeInterval } ?? false
        var screen = ProgressScreen(isQuiet: json)
        guard watch, !isLater else {
            try screen.show(NotificationProgress(document: document))
            return document
        }
        return try await NotificationWatcher(client: client, id: id, timeout: limit).run(from: document) {
            try screen.show($0)
        }
    }

    private func judge(_ progress: NotificationProgress) throws {
        if progress.isDone {
            if !progress.isGood { throw ExitCode.failure }
        } else if watch, progress.status != "scheduled" {
            throw CommandFailure(
                "After \(timeout) it is still \(progress.status). It goes on without being watched; "
                    + "is a worker running for its channels? `belfry queues` shows what waits.")
        }
    }

    /// A list of recipients is not watched: there may be a thousand.
    private func printList(_ answer: JSON) throws {
        let items = answer["notifications"]?.array ?? []
        let rows = items.map { item -> [StyledText] in
            let error = item["error"].map { "\($0["field"]?.string ?? "") \($0["detail"]?.string ?? "")" }
            return [
                StyledText(item["index"]?.int.map { "\($0)" } ?? ""), StyledText(item["id"]?.string ?? ""),
                error.map { StyledText($0, .bad) } ?? StyledText(status: item["status"]?.string ?? ""),
            ]
        }
        let table = TextTable(columns: [.number("NUMBER"), .text("ID"), .text("STATUS")], rows: rows)
        try Output.put(lines: json ? [answer.text] : table.lines(on: .current))
        if items.contains(where: { $0["error"] != nil }) { throw ExitCode.failure }
    }
}
