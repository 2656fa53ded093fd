import Documents
import Notifications
import Synchronization
import Telemetry

/// Lets requests to notify in or sends them away, by how long those that are in have been.
final class LoadGate: Sendable {
    private let pressure: @Sendable () -> WriterPressure
    private let now: @Sendable () -> ContinuousClock.Instant
    private let underWay: Mutex<UnderWay>
    private let shed: MetricFamily<Priority, Counter>

    /// - Parameter crowd: requests under way below which nobody is sent away for how long they have been.
    init(
        _ registry: MetricsRegistry, crowd: Int,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        pressure: @escaping @Sendable () -> WriterPressure
    ) {
        self.pressure = pressure
        self.now = now
        underWay = Mutex(UnderWay(crowd: crowd))
        shed = registry.counters(
            "belfry_shed_requests_total", "Requests to notify that were sent away because too many were under way.",
            labels: ["priority"], keys: Priority.allCases
        ) { [$0.name] }
    }

    var isCalm: Bool { shedder().load == .calm }

    /// Whether what comes now is to be sent away; counts it if so.
    func sheds(_ glance: RequestGlance) -> Bool {
        counted(shedder().sheds(glance.priority, isList: glance.isList), glance.priority)
    }

    /// Throws 503 for what is to wait outside. This is for those whom the doorkeeper could not judge; it is twice as
    /// patient, or it would send away a part of those who were just let in.
    func admit(_ draft: NotificationDraft) throws { try admit(draft.priority, isList: draft.isList) }

    func admit(_ priority: Priority, isList: Bool) throws {
        if counted(shedder(patience: 2).sheds(priority, isList: isList), priority) { throw Problem.overloaded }
    }

    /// Does the work of a request that was let in.
    func letIn<Result>(_ work: () async throws -> Result) async rethrows -> Result {
        let start = underWay.withLock { underWay in
            let now = now()
            underWay.begin(at: now)
            return now
        }
        defer { underWay.withLock { $0.end(start) } }
        return try await work()
    }

    private func shedder(patience: Int = 1) -> LoadShedder {
        let wait = underWay.withLock { $0.wait(at: now()) }
        return LoadShedder(wait: wait / patience, share: pressure().share)
    }

    private func counted(_ isShed: Bool, _ priority: Priority) -> Bool {
        if isShed { shed[priority].add() }
        return isShed
    }
}
