public import Foundation

/// Reads booleans, numbers, ids and lists of words.
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

    /// An array of strings that are not empty, of at most `maximum` UTF-8 bytes each.
    public func strings(_ name: String, maximumCount: Int, maximum: Int) -> [String]? {
        array(name, maximum: maximumCount)?.prefix(maximumCount).enumerated().compactMap { index, element in
            let place = "\(name)[\(index)]"
            guard let text = element.string else {
                note(place, .wrongType, "must be a string, not \(element.kind)")
                return nil
            }
            if text.isEmpty { note(place, .invalid, "must not be empty") }
            if text.utf8.count > maximum { note(place, .tooLong, "must be at most \(maximum) bytes") }
            return text
        }
    }

    /// The caller's word for what may be taken back together.
    public var cancellationKey: String? { string("cancellationKey", maximum: 256) }
}
