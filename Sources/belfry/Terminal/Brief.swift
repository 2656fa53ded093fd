import Foundation
import Notifications

extension Date {
    /// To the second, as in `2026-12-01T08:00:00Z`: for a table; the JSON has it in full.
    var brief: String { String(Timestamp.text(self).prefix(19)) + "Z" }
}

extension Double {
    /// So many seconds in the largest unit that there is one of, as in `7s`, `12m`, `3h` or `2d`.
    var briefSeconds: String {
        for (unit, size) in [("d", 86400.0), ("h", 3600), ("m", 60)] where self >= size {
            return "\(Int(self / size))\(unit)"
        }
        return "\(Int(self))s"
    }
}
