import Documents
import Notifications
import Synchronization

/// Lets requests through to the writer or sends them away, by how hard pressed it is.
final class LoadGate: Sendable {
    private let pressure: @Sendable () -> WriterPressure
    private let now: @Sendable () -> ContinuousClock.Instant
    private let shedder: Mutex<LoadShedder>

    init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        pressure: @escaping @Sendable () -> WriterPressure
    ) {
        self.pressure = pressure
        self.now = now
        shedder = Mutex(LoadShedder(at: now()))
    }

    /// Throws 503 for what is to wait outside.
    func admit(_ draft: NotificationDraft) throws {
        let (pressure, now) = (pressure(), now())
        let isShed = shedder.withLock { shedder in
            shedder.update(pressure, at: now)
            return shedder.sheds(draft.priority, isList: draft.isList)
        }
        if isShed { throw Problem.overloaded }
    }
}
