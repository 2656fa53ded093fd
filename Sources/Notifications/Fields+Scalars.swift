public import Foundation

/// Reads booleans, numbers and ids.
extension Fields {
    public func bool(_ name: String) -> Bool? {
        guard let value = object[name], !value.isNull else { return nil }
        if value.bool == nil { note(name, .wrongType, "must be a boolean, not \(value.kind)") }
        return value.bool
    }

    public func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let number = value.int, range.contains(number) else {
            note(name, .invalid, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    public func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = object[name], !value.isNull else { return nil }
        guard case .number(let literal) = value, let number = Double(literal), range.contains(number) else {
            note(name, .invalid, "must be a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    public func id(_ name: String) -> UUID? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let id = value.string.flatMap(UUID.init(uuidString:)) else {
            note(name, .invalid, "must be an id")
            return nil
        }
        return id
    }

    /// The caller's word for what may be taken back together.
    public var cancellationKey: String? { string("cancellationKey", maximum: 256) }
}
