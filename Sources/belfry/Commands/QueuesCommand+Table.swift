import BelfryClient
import Notifications

extension QueuesCommand.Show {
    /// A row for each route, and below it one for each priority of which there is anything.
    static func table(_ queues: [QueueReport]) -> TextTable {
        TextTable(
            columns: [
                .text("ROUTE"), .number("READY"), .number("OLDEST"), .number("IN/S"), .number("OUT/S"),
                .number("IN FLIGHT"), .number("DRAIN"), .number("SCHEDULED"), .text("BOUND BY"),
            ],
            rows: queues.flatMap { queue in
                let bound = queue.isPaused ? "pause" : queue.boundBy ?? ""
                let route =
                    [StyledText(queue.route)] + queue.total.cells
                    + [.count(queue.scheduled), StyledText(bound, .waiting)]
                let priorities = Priority.allCases.compactMap { priority -> [StyledText]? in
                    guard let backlog = queue.backlogs[priority], !backlog.isEmpty else { return nil }
                    return [StyledText("  \(priority.name)", .dim)] + backlog.cells + ["", ""]
                }
                return [route] + priorities
            })
    }
}

extension QueueReport.Backlog {
    fileprivate var cells: [StyledText] {
        [
            .count(ready), StyledText(oldestSeconds?.briefSeconds ?? ""), .rate(inPerSecond), .rate(outPerSecond),
            .count(inFlight),
            // What is ready and does not become less takes for ever.
            StyledText(secondsToDrain?.briefSeconds ?? (ready > 0 ? "-" : "")),
        ]
    }
}

extension StyledText {
    fileprivate static func count(_ count: Int) -> StyledText { StyledText("\(count)", count == 0 ? .dim : .plain) }

    /// With a digit after the point where that says something.
    fileprivate static func rate(_ rate: Double) -> StyledText {
        let tenths = Int((rate * 10).rounded())
        return rate < 100 && tenths % 10 > 0 ? StyledText("\(tenths / 10).\(tenths % 10)") : count(Int(rate.rounded()))
    }
}
