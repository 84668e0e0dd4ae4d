#include "simulator/scenario/document.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/scenario/scenario_error.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::size_t most_levels = 32;

/// Where the library's lexer has got to. It takes its input one character at a time, and one token ahead of no
/// callback, so that the last character taken belongs to the token at hand (or just follows a number).
struct Progress {
    std::string_view text;
    std::size_t taken = 0;
    std::size_t counted = 0;
    int lines = 1;

    int line() {
        const std::size_t end = taken > 0 ? taken - 1 : 0;  // a newline just taken ends the line, it is still on it
        for (; counted < end; ++counted) {
            if (text[counted] == '\n') ++lines;
        }
        return lines;
    }
};

/// The input of the library, which counts what is taken.
class Characters {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Characters(Progress& progress, std::size_t at) : progress_(&progress), at_(at) {}
    reference operator*() const { return progress_->text[at_]; }
    Characters& operator++() {
        progress_->taken = ++at_;
        return *this;
    }
    Characters operator++(int) {
        Characters before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const Characters& a, const Characters& b) { return a.at_ == b.at_; }
    friend bool operator!=(const Characters& a, const Characters& b) { return a.at_ != b.at_; }

private:
    Progress* progress_;
    std::size_t at_;
};

/// Takes the library's callbacks (its SAX interface) and builds the tree.
class Builder {
public:
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    Builder(Progress& progress, std::string_view file) : progress_(progress), file_(file) {}
    Node take() { return std::move(root_); }

    bool null() { return add(Node{}); }
    bool boolean(bool value) {
        Node node;
        node.kind = Node::Kind::boolean;
        node.boolean = value;
        return add(std::move(node));
    }
    bool number_integer(number_integer_t value) {
        return add_number(static_cast<double>(value), std::to_string(value), std::nullopt);
    }
    bool number_unsigned(number_unsigned_t value) {
        return add_number(static_cast<double>(value), std::to_string(value), value);
    }
    bool number_float(number_float_t value, const string_t& digits) { return add_number(value, digits, std::nullopt); }
    bool string(string_t& value) {
        Node node;
        node.kind = Node::Kind::text;
        node.text = std::move(value);
        return add(std::move(node));
    }
    bool binary(binary_t&) { return false; }  // does not occur in JSON text
    bool start_object(std::size_t) { return open(Node::Kind::object); }
    bool start_array(std::size_t) { return open(Node::Kind::list); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(string_t& name) {
        Open& parent = open_.back();
        parent.key = name;
        parent.key_line = progress_.line();
        if (parent.node.find(name) != nullptr) refuse("this key stands twice in its object; one of them is wanted");
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
        const std::string_view what = error.what();
        // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error while …": the head says where
        // the library stood, which we know better.
        const std::size_t head = what.find(": ");
        std::string text(head == std::string_view::npos ? what : what.substr(head + 2));
        std::replace_if(
            text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
        const bool ended = text.find("unexpected end of input") != std::string::npos;
        refuse("JSON is wanted, got " + (ended ? "the end of the text" : text));
    }

private:
    struct Open {
        Node node;
        std::string key;
        int key_line = 0;
    };

    [[noreturn]] void refuse(const std::string& text) {
        std::string pointer;
        for (const Open& level : open_) {
            if (level.node.kind == Node::Kind::list) pointer += '/' + std::to_string(level.node.items.size());
            else if (level.key_line != 0) pointer += '/' + pointer_token(level.key);
        }
        throw ScenarioError(std::string(file_) + ':' + std::to_string(progress_.line()) + ": " +
                            (pointer.empty() ? "/" : pointer) + ": " + text);
    }
    bool add_number(double value, std::string digits, std::optional<std::uint64_t> natural) {
        Node node;
        node.kind = Node::Kind::number;
        node.number = value;
        node.text = std::move(digits);
        node.natural = natural;
        return add(std::move(node));
    }
    bool add(Node node) {
        node.line = progress_.line();
        return attach(std::move(node));
    }
    bool attach(Node node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return true;
        }
        Open& parent = open_.back();
        if (parent.node.kind == Node::Kind::list) parent.node.items.push_back(std::move(node));
        else parent.node.members.push_back({parent.key, parent.key_line, std::move(node)});
        return true;
    }
    bool open(Node::Kind kind) {
        if (open_.size() == most_levels)
            refuse("at most " + std::to_string(most_levels) + " levels of lists and objects are wanted");
        Open level;
        level.node.kind = kind;
        level.node.line = progress_.line();
        open_.push_back(std::move(level));
        return true;
    }
    bool close() {
        Node node = std::move(open_.back().node);
        open_.pop_back();
        return attach(std::move(node));
    }

    Progress& progress_;
    std::string_view file_;
    std::vector<Open> open_;
    Node root_;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
    const auto found = std::find_if(members.begin(), members.end(), [key](const Member& m) { return m.key == key; });
    return found == members.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

std::string Node::shown() const {
    switch (kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return boolean ? "true" : "false";
        case Kind::number:
            return text;
        case Kind::text:
            return nlohmann::json(text).dump();
        case Kind::list:
            return "a list";
        case Kind::object:
            return "an object";
    }
    return {};
}

Node parse_document(std::string_view text, std::string_view file) {
    Progress progress{text};
    Builder builder(progress, file);
    // Strict: nothing may follow the value. Comments are skipped.
    nlohmann::json::sax_parse(Characters(progress, 0), Characters(progress, text.size()), &builder,
                              nlohmann::json::input_format_t::json, true, true);
    return builder.take();
}

Node parse_value(std::string_view text, std::string origin) {
    Node node;
    try {
        node = parse_document(text, "");
    } catch (const ScenarioError&) {
        node = Node{};
        node.kind = Node::Kind::text;
        node.text = text;
    }
    // Everything inside carries the origin too: there is no line to point at.
    const auto mark = [&origin](const auto& self, Node& at) -> void {
        at.line = 0;
        at.origin = origin;
        for (Node& item : at.items) self(self, item);
        for (Member& member : at.members) {
            member.line = 0;
            self(self, member.value);
        }
    };
    mark(mark, node);
    return node;
}

std::string pointer_token(std::string_view key) {
    std::string token;
    for (const char character : key) {
        if (character == '~') token += "~0";
        else if (character == '/') token += "~1";
        else token += character;
    }
    return token;
}

}  // namespace trunkline::sim::reading
