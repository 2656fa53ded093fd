import Logging
import Notifications
import Outbound
import SettingsReading

/// A provider before it is made: where it may be assigned, and how it is set up. Its own file says it, and a line in
/// ``ProviderCatalogue`` makes it known.
struct ProviderKind: Sendable {
    let name: String
    let routes: Set<Route>
    /// The settings without which there is none.
    let required: [String]
    /// What may be set instead of one of those.
    let alternatives: [String: String]
    /// What helps to set them.
    let hint: String
    /// Reads all of its settings, whatever is missing; nil where they are not enough or not right for anything.
    let read: @Sendable (_ reader: inout SettingsReader, _ shared: SharedSettings) -> ProviderSetup?

    init(
        _ name: String, routes: Set<Route>, required: [String] = [], alternatives: [String: String] = [:],
        hint: String = "", read: @escaping @Sendable (inout SettingsReader, SharedSettings) -> ProviderSetup?
    ) {
        (self.name, self.routes, self.required) = (name, routes, required)
        (self.alternatives, self.hint, self.read) = (alternatives, hint, read)
    }

    /// What is not set that must be.
    func missing(in reader: SettingsReader) -> [String] {
        required.filter { name in
            !reader.isSet(name) && alternatives[name].map { !reader.isSet($0) } ?? true
        }
    }
}

/// How a provider is made once its settings are read.
struct ProviderSetup: Sendable {
    typealias Receiving = @Sendable (OutboundClient) -> any ReceiptParser

    /// Nil where nothing can be sent, and only receipts of what was sent before are taken.
    let make: (@Sendable (OutboundClient, Logger) throws -> any Provider)?
    /// What verifies and reads its callbacks; nil where it has none, or they could not be verified.
    let receipts: Receiving?

    init(
        receiptsBy parser: Receiving?,
        make: (@Sendable (OutboundClient, Logger) throws -> any Provider)? = nil
    ) {
        receipts = parser
        self.make = make
    }

    init(
        receipts parser: (any ReceiptParser)? = nil,
        make: (@Sendable (OutboundClient, Logger) throws -> any Provider)? = nil
    ) {
        if let parser { receipts = { _ in parser } } else { receipts = nil }
        self.make = make
    }
}
