import Documents
import Notifications

/// Decides who is sent away while more comes in than can be written: lists and `low` first, then `medium`, then `high`.
/// `critical` never is; it is refused only by a writer that has no room left at all.
///
///     calm ──▶ busy ──▶ strained ──▶ overwhelmed      up at once, as far as the pressure says;
///     calm ◀── busy ◀── strained ◀── overwhelmed      down step by step, and only when the pressure has halved
struct LoadShedder: Sendable {
    enum Load: Int, Sendable, Comparable, CaseIterable {
        case calm, busy, strained, overwhelmed

        static func < (left: Load, right: Load) -> Bool { left.rawValue < right.rawValue }

        /// How long the oldest waits, and how full the writer is, from which on it is this load. Callers wait 2 s at most.
        fileprivate var threshold: (wait: Duration, share: Double) {
            switch self {
            case .calm: (.zero, 0)
            case .busy: (.milliseconds(250), 0.5)
            case .strained: (.milliseconds(500), 0.75)
            case .overwhelmed: (.seconds(1), 0.9)
            }
        }

        fileprivate func isReached(by pressure: WriterPressure) -> Bool {
            pressure.oldestWait >= threshold.wait || pressure.share >= threshold.share
        }

        fileprivate func isHalved(by pressure: WriterPressure) -> Bool {
            pressure.oldestWait < threshold.wait / 2 && pressure.share < threshold.share / 2
        }
    }

    /// The shortest time on one step of the way down.
    static let hold: Duration = .milliseconds(500)

    private(set) var load = Load.calm
    private var changedAt: ContinuousClock.Instant

    init(at now: ContinuousClock.Instant) { changedAt = now }

    mutating func update(_ pressure: WriterPressure, at now: ContinuousClock.Instant) {
        let reached = Load.allCases.last { $0.isReached(by: pressure) } ?? .calm
        if reached > load { load = reached }
        if !load.isHalved(by: pressure) { changedAt = now }
        while load > .calm, load.isHalved(by: pressure), now - changedAt >= LoadShedder.hold {
            load = Load(rawValue: load.rawValue - 1) ?? .calm
            changedAt += LoadShedder.hold
        }
    }

    func sheds(_ priority: Priority, isList: Bool) -> Bool {
        switch priority {
        case .critical: false
        case .low: load >= .busy
        case _ where isList: load >= .busy
        case .medium: load >= .strained
        case .high: load >= .overwhelmed
        }
    }
}
