import Documents
import Notifications

extension Permit {
    /// Whether the simulator sends it in place of its route's providers. The inbox is nobody's network: a message for it
    /// is written as always.
    var isSimulated: Bool { content.isTest && route != .inApp }
}
