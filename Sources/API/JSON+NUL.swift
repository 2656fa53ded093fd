import Notifications

extension JSON {
    /// Where a string or a name holds a NUL, which Postgres cannot store; nil when none does.
    func placeOfNUL(at place: String = "") -> String? {
        switch self {
        case .string(let text): return text.utf8.contains(0) ? place : nil
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let found = element.placeOfNUL(at: "\(place)[\(index)]") { return found }
            }
            return nil
        case .object(let object):
            for member in object.members {
                if member.name.utf8.contains(0) { return place }
                if let found = member.value.placeOfNUL(at: place.isEmpty ? member.name : "\(place).\(member.name)") {
                    return found
                }
            }
            return nil
        case .null, .bool, .number: return nil
        }
    }
}
