// SPDX-License-Identifier: GPL-3.0-or-later
// Jinja's tokens, and the white space that its tags take away.
#include <array>

#include "core/base/units.h"
#include "core/model/jinja_syntax.h"
#include "core/model/utf8.h"

namespace kelter::jinja {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

// "\r\n" and "\r" are line ends, and one line end at the template's end is no part of it.
std::string normalized(std::string_view source) {
  std::string text;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\r') text += source[i];
    else if (i + 1 == source.size() || source[i + 1] != '\n') text += '\n';
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(normalized(source)) {}

  std::vector<Token> run() {
    while (at_ < source_.size()) data_and_tag();
    add(TokenKind::end, "");
    return std::move(tokens_);
  }

 private:
  [[noreturn]] void malformed(const std::string& why) const { throw JinjaError(JinjaError::Kind::malformed, why, line_); }
  [[noreturn]] void unknown(const std::string& what) const { throw JinjaError(JinjaError::Kind::unsupported, what, line_); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  bool starts(std::string_view text) const { return std::string_view(source_).substr(at_).starts_with(text); }
  void skip(std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) line_ += source_[at_ + i] == '\n';
    at_ += bytes;
  }
  void skip_white_space() { skip(leading_white_space(std::string_view(source_).substr(at_))); }
  void add(TokenKind kind, std::string text) { tokens_.push_back({kind, std::move(text), line_}); }

  // The text up to the next tag, and that tag.
  void data_and_tag() {
    std::size_t tag = source_.find('{', at_);
    while (tag != std::string::npos && (tag + 1 >= source_.size() || std::string_view("{%#").find(source_[tag + 1]) == std::string_view::npos))
      tag = source_.find('{', tag + 1);
    if (tag == std::string::npos) tag = source_.size();
    std::string_view data = std::string_view(source_).substr(at_, tag - at_);
    if (tag < source_.size()) data = before_tag(data, source_[tag + 1], tag + 2 < source_.size() ? source_[tag + 2] : '\0');
    if (!data.empty()) add(TokenKind::data, std::string(data));
    skip(tag - at_);
    if (at_ == source_.size()) return;
    const char kind = peek(1);
    skip(peek(2) == '-' || peek(2) == '+' ? 3 : 2);
    if (kind == '#') comment();
    else inside(kind);
  }

  // lstrip_blocks: the blanks between the line's begin and a block or comment; "-": all white space; "+": nothing.
  std::string_view before_tag(std::string_view data, char kind, char sign) const {
    if (sign == '-') return data.substr(0, data.size() - trailing_white_space(data));
    if (sign == '+' || kind == '{') return data;
    const std::size_t line = data.rfind('\n') + 1;   // npos + 1 is 0
    const std::string_view blanks = data.substr(line);
    const bool from_begin = line > 0 || at_line_begin_;
    return from_begin && leading_white_space(blanks) == blanks.size() ? data.substr(0, line) : data;
  }

  // After a tag's end: "-" takes all white space, trim_blocks one line end (not after "}}"), "+" nothing.
  void after_tag(char sign, bool trims) {
    const std::size_t begin = at_;
    if (sign == '-') skip_white_space();
    else if (trims && sign != '+' && peek() == '\n') skip(1);
    at_line_begin_ = at_ > begin && source_[at_ - 1] == '\n';
  }

  void comment() {
    const std::size_t end = source_.find("#}", at_);
    if (end == std::string::npos) malformed("a comment has no end");
    const char last = end > at_ ? source_[end - 1] : '\0';
    skip(end + 2 - at_);
    after_tag(last, true);
  }

  void inside(char kind) {
    const bool print = kind == '{';
    const std::string end = print ? "}}" : "%}";
    add(print ? TokenKind::print_begin : TokenKind::block_begin, "");
    std::string open;
    for (skip_white_space();; skip_white_space()) {
      if (at_ == source_.size()) malformed("a tag has no end");
      const bool sign = peek() == '-' || (peek() == '+' && !print);
      if (open.empty() && (starts(end) || (sign && std::string_view(source_).substr(at_ + 1).starts_with(end)))) break;
      token(open);
    }
    add(print ? TokenKind::print_end : TokenKind::block_end, "");
    const char last = starts(end) ? '\0' : peek();
    skip(last ? 3 : 2);
    after_tag(last, !print);
    if (!print && is_raw()) unknown("the block \"raw\"");
  }

  // Its text must not be taken for tags.
  bool is_raw() const { return tokens_.size() >= 3 && tokens_[tokens_.size() - 2].text == "raw" && tokens_[tokens_.size() - 3].kind == TokenKind::block_begin; }

  void token(std::string& open) {
    const char c = peek();
    if (is_name_start(c)) return name();
    if (is_digit(c)) return number();
    if (c == '"' || c == '\'') return text(c);
    static constexpr std::array<const char*, 27> symbols = {"**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">",
                                                           "=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", ";", "!"};
    for (const std::string_view symbol : symbols) {
      if (!starts(symbol)) continue;
      balance(symbol[0], open);
      add(TokenKind::symbol, std::string(symbol));
      return skip(symbol.size());
    }
    if (static_cast<unsigned char>(c) >= 0x80) unknown("a name with letters outside of ASCII");
    malformed("the character " + printable(std::string(1, c)) + " has no meaning inside a tag");
  }

  void balance(char c, std::string& open) const {
    const std::size_t closes = std::string_view(")]}").find(c);
    if (std::string_view("([{").find(c) != std::string_view::npos) open += c;
    if (closes == std::string_view::npos) return;
    if (open.empty() || open.back() != "([{"[closes]) malformed(std::string("a bracket \"") + c + "\" closes nothing");
    open.pop_back();
  }

  void name() {
    std::size_t size = 1;
    while (is_name_part(peek(size))) ++size;
    if (static_cast<unsigned char>(peek(size)) >= 0x80) unknown("a name with letters outside of ASCII");
    add(TokenKind::name, source_.substr(at_, size));
    skip(size);
  }

  std::size_t digits(std::size_t from) const {
    while (is_digit(peek(from)) || (peek(from) == '_' && is_digit(peek(from + 1)))) ++from;
    return from;
  }
  void number() {
    std::size_t size = digits(0);
    bool fraction = false;
    const bool after_dot = !tokens_.empty() && tokens_.back().text == "." && tokens_.back().kind == TokenKind::symbol;   // a.0.1
    if (!after_dot && peek(size) == '.' && is_digit(peek(size + 1))) fraction = true, size = digits(size + 1);
    const std::size_t sign = peek(size + 1) == '-' || peek(size + 1) == '+';
    if (!after_dot && (peek(size) | 0x20) == 'e' && is_digit(peek(size + 1 + sign))) fraction = true, size = digits(size + 1 + sign);
    if (is_name_part(peek(size))) unknown("the number " + printable(source_.substr(at_, size + 1)));
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
      if (peek(i) != '_') text += peek(i);
    if (!fraction && text.size() > 1 && text[0] == '0') unknown("the number " + text);
    add(fraction ? TokenKind::number : TokenKind::integer, text);
    skip(size);
  }

  void text(char quote) {
    std::string value;
    const int line = line_;
    skip(1);
    while (peek() != quote) {
      if (at_ >= source_.size()) malformed("a string has no end");
      if (peek() == '\\') {
        escape(value);
      } else {
        value += peek();
        skip(1);
      }
    }
    skip(1);
    tokens_.push_back({TokenKind::text, std::move(value), line});
  }

  // As in Python; what is no escape stays as it is.
  void escape(std::string& value) {
    skip(1);
    if (at_ >= source_.size()) malformed("a string has no end");
    const char c = peek();
    static const std::string letters = "abfnrtv\\'\"\n", meaning = "\a\b\f\n\r\t\v\\'\"";
    const std::size_t found = letters.find(c);
    if (c == 'x' || c == 'u' || c == 'U') return code_point(value, c == 'x' ? 2 : c == 'u' ? 4 : 8);
    if (is_digit(c) || c == 'N') unknown(std::string("the escape \\") + c);
    if (found == std::string::npos) value += '\\';
    else if (c != '\n') value += meaning[found];
    if (found == std::string::npos) value += c;
    skip(1);
  }

  void code_point(std::string& value, std::size_t size) {
    char32_t code = 0;
    for (std::size_t i = 1; i <= size; ++i) {
      static const std::string hexadecimal = "0123456789abcdef";
      const char c = peek(i);
      const std::size_t digit = hexadecimal.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
      if (digit == std::string::npos || c == '\0') malformed("a string has an unfinished escape");
      code = code << 4 | static_cast<char32_t>(digit);
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) unknown("an escape that is no character");
    append_utf8(value, code);
    skip(size + 1);
  }

  std::string source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool at_line_begin_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) { return Lexer(source).run(); }

}  // namespace kelter::jinja
