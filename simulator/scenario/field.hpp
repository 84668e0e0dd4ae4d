#pragma once
// One value of a scenario while it is read: it knows where it stands, so that each refusal can say so.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/scenario/document.hpp"

namespace trunkline::sim::reading {

/// What the reader takes at one place: the keys of an object, the words that a text may be, or a file that it names.
struct Asked {
    enum class For : std::uint8_t { keys, words, file };
    std::string pointer;
    For what{};
    std::vector<std::string> names;  // of a file, its path from where the program runs
};

/// What all fields of a file share.
struct Source {
    std::string file;
    const Node* vars = nullptr;           // the object "vars", or nothing
    std::vector<Asked>* asked = nullptr;  // told of each question, if there is one
};

/// A key that an object may have. Keys of the format that this version does not take yet are known too: they are
/// refused by name.
struct Key {
    std::string_view name;
    bool available = true;
};

/// A value and its place. A text `$name` stands for the variable: it is replaced when the field is made, and the
/// variable is named in refusals. Throws ScenarioError from every function that finds something else than it wants.
class Field {
public:
    Field(const Source& source, const Node& node, std::string pointer);

    // objects
    /// Refuses keys that are not in the list, with the nearest one, and those that are not available yet.
    void allow(std::span<const Key> keys) const;
    std::optional<Field> find(std::string_view key) const;
    Field need(std::string_view key) const;  // refuses the object when it is missing

    /// Members in the order of the file.
    struct Named;
    std::vector<Named> members() const;
    std::vector<Field> items() const;
    bool is_object() const { return node_->kind == Node::Kind::object; }
    bool is_text() const { return node_->kind == Node::Kind::text; }
    /// A number without a fraction: 1, and not 1.0.
    bool is_whole() const { return node_->natural.has_value(); }

    // values
    std::string text() const;
    /// The path that the text names, from the scenario's folder.
    std::string path_beside() const;
    /// What is in that file, of this `kind` ("a CSV file"); refused if it cannot be read, or is larger than 64 MiB.
    std::string file_beside(std::string_view kind) const;
    bool boolean() const;
    std::uint64_t natural(std::uint64_t from, std::uint64_t to) const;
    double number(double from, double to) const;
    double probability() const;
    Duration duration(Duration from, Duration to) const;
    std::chrono::seconds whole_seconds(std::chrono::seconds from, std::chrono::seconds to) const;
    /// The text as a name: letters, digits, "-", "_", "."; 1 to 64 of them.
    std::string name() const;
    /// The same for a name that was made of this field's text.
    void check_name(std::string_view name) const;
    /// One of a list of words; the second list is known but not available in this version.
    std::string word(std::span<const std::string_view> available, std::span<const std::string_view> later = {}) const;

    // refusals
    /// "`wanted`, got …".
    [[noreturn]] void refuse(std::string_view wanted) const;
    /// A remark that says it all.
    [[noreturn]] void complain(std::string_view remark) const;
    [[noreturn]] void refuse_as_later() const;

    const std::string& pointer() const { return pointer_; }

private:
    std::string shown() const;
    void note(Asked::For what, std::vector<std::string> names) const;
    [[noreturn]] void complain_at(const std::string& pointer, int line, const std::string& origin,
                                  std::string_view remark) const;

    const Source* source_;
    const Node* place_;  // where it stands
    const Node* node_;   // what it says: the variable's value, if it is one
    std::string pointer_;
    std::string variable_;
};

struct Field::Named {
    std::string key;
    Field field;
};

}  // namespace trunkline::sim::reading
