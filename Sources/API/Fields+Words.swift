import Notifications

extension Fields {
    /// Some of a closed set of words; empty when they are missing.
    func words(_ name: String, among known: [String]) -> [String] {
        var words: [String] = []
        for (index, element) in (array(name, maximum: known.count) ?? []).enumerated() {
            let place = "\(name)[\(index)]"
            guard let text = element.string else {
                note(place, .wrongType, "must be a string, not \(element.kind)")
                continue
            }
            guard let word = choice(place, text: text, among: known, named: \.self) else { continue }
            if words.contains(word) { note(place, .conflict, "is listed twice") }
            words.append(word)
        }
        return words
    }
}
