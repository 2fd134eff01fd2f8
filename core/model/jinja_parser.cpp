// SPDX-License-Identifier: GPL-3.0-or-later
// Jinja's grammar by recursive descent. Each level of the code is one level of the operators' precedence.
#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/units.h"
#include "core/model/jinja_syntax.h"

namespace kelter::jinja {
namespace {

using Kind = ExpressionKind;

class Parser {
 public:
  explicit Parser(std::string_view source) : tokens_(tokenize(source)) {}

  Body run() {
    Body body = statements({});
    if (peek().kind != TokenKind::end) malformed("a block \"" + printable(peek(1).text) + "\" ends nothing");
    return body;
  }

 private:
  // ---- tokens
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  [[noreturn]] void malformed(const std::string& why) const { throw JinjaError(JinjaError::Kind::malformed, why, peek().line); }
  [[noreturn]] void unknown(const std::string& what) const { throw JinjaError(JinjaError::Kind::unsupported, what, peek().line); }
  bool at(TokenKind kind, std::string_view text) const { return peek().kind == kind && peek().text == text; }
  bool at_symbol(std::string_view text) const { return at(TokenKind::symbol, text); }
  bool at_name(std::string_view text) const { return at(TokenKind::name, text); }
  bool skip_symbol(std::string_view text) { return at_symbol(text) && (take(), true); }
  bool skip_name(std::string_view text) { return at_name(text) && (take(), true); }
  void expect(TokenKind kind, const std::string& what) {
    if (peek().kind != kind) malformed("\"" + printable(peek().text) + "\" stands where " + what + " is expected");
    take();
  }
  void expect_symbol(const std::string& text) {
    if (!skip_symbol(text)) malformed("\"" + printable(peek().text) + "\" stands where \"" + text + "\" is expected");
  }
  std::string expect_name() {
    const std::string name = peek().text;
    expect(TokenKind::name, "a name");
    return name;
  }

  // Bounds the depth of the code, and with make() that of the tree.
  struct Level {
    explicit Level(Parser& parser) : parser(parser) {
      if (++parser.level_ > 2 * max_depth) parser.malformed("it is nested more than " + std::to_string(max_depth) + " deep");
    }
    ~Level() { --parser.level_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    Parser& parser;
  };

  ExpressionPtr make(Kind kind, std::string name, std::vector<ExpressionPtr> children, std::vector<std::string> names = {}) const {
    auto made = std::make_unique<Expression>();
    made->kind = kind;
    made->name = std::move(name);
    made->line = peek().line;
    for (const ExpressionPtr& child : children)
      if (child) made->depth = std::max(made->depth, child->depth + 1), made->line = std::min(made->line, child->line);
    if (made->depth > max_depth) malformed("an expression is nested more than " + std::to_string(max_depth) + " deep");
    made->children = std::move(children);
    made->names = std::move(names);
    return made;
  }
  template <typename... Children>
  ExpressionPtr make_of(Kind kind, std::string name, Children... children) const {
    std::vector<ExpressionPtr> list;
    (list.push_back(std::move(children)), ...);
    return make(kind, std::move(name), std::move(list));
  }
  ExpressionPtr constant(Value value) const {
    auto made = std::make_unique<Expression>();
    made->line = peek().line;
    made->constant = std::move(value);
    return made;
  }

  // ---- expressions
  ExpressionPtr expression() {
    const Level level(*this);
    ExpressionPtr left = disjunction();
    while (skip_name("if")) {
      ExpressionPtr condition = disjunction();
      ExpressionPtr otherwise = skip_name("else") ? expression() : nullptr;
      left = make_of(Kind::conditional, "", std::move(condition), std::move(left), std::move(otherwise));
    }
    return left;
  }

  ExpressionPtr disjunction() {
    ExpressionPtr left = conjunction();
    while (skip_name("or")) left = make_of(Kind::logical_or, "", std::move(left), conjunction());
    return left;
  }

  ExpressionPtr conjunction() {
    ExpressionPtr left = negation();
    while (skip_name("and")) left = make_of(Kind::logical_and, "", std::move(left), negation());
    return left;
  }

  ExpressionPtr negation() {
    const Level level(*this);
    return skip_name("not") ? make_of(Kind::logical_not, "", negation()) : comparison();
  }

  // The operator of a comparison that stands here, taken; else empty.
  std::string comparison_operator() {
    for (const char* symbol : {"==", "!=", "<=", ">=", "<", ">"})
      if (skip_symbol(symbol)) return symbol;
    if (skip_name("in")) return "in";
    if (!at_name("not") || peek(1).kind != TokenKind::name || peek(1).text != "in") return "";
    take();
    take();
    return "not in";
  }

  ExpressionPtr comparison() {
    std::vector<ExpressionPtr> values;
    std::vector<std::string> operators;
    values.push_back(sum());
    for (std::string symbol; !(symbol = comparison_operator()).empty();) {
      operators.push_back(symbol);
      values.push_back(sum());
    }
    return operators.empty() ? std::move(values[0]) : make(Kind::comparison, "", std::move(values), std::move(operators));
  }

  ExpressionPtr sum() {
    ExpressionPtr left = concatenation();
    while (at_symbol("+") || at_symbol("-")) {
      const std::string symbol = take().text;
      left = make_of(Kind::arithmetic, symbol, std::move(left), concatenation());
    }
    return left;
  }

  ExpressionPtr concatenation() {
    std::vector<ExpressionPtr> parts;
    do parts.push_back(product());
    while (skip_symbol("~"));
    return parts.size() == 1 ? std::move(parts[0]) : make(Kind::concatenation, "", std::move(parts));
  }

  ExpressionPtr product() {
    ExpressionPtr left = power();
    while (at_symbol("*") || at_symbol("/") || at_symbol("//") || at_symbol("%")) {
      const std::string symbol = take().text;
      left = make_of(Kind::arithmetic, symbol, std::move(left), power());
    }
    return left;
  }

  ExpressionPtr power() {
    ExpressionPtr left = unary(true);
    while (skip_symbol("**")) left = make_of(Kind::arithmetic, "**", std::move(left), unary(true));
    return left;
  }

  ExpressionPtr unary(bool with_filters) {
    const Level level(*this);
    ExpressionPtr value;
    if (skip_symbol("-")) value = make_of(Kind::negative, "", unary(false));
    else if (skip_symbol("+")) value = make_of(Kind::positive, "", unary(false));
    else value = primary();
    value = postfix(std::move(value));
    return with_filters ? filters(std::move(value)) : std::move(value);
  }

  ExpressionPtr primary() {
    const Token token = peek();
    if (token.kind == TokenKind::text) return text();
    if (token.kind == TokenKind::integer || token.kind == TokenKind::number) return number();
    if (token.kind == TokenKind::name) return name();
    if (skip_symbol("(")) {
      ExpressionPtr inner = at_symbol(")") ? make(Kind::tuple, "", {}) : tuple(true);
      expect_symbol(")");
      return inner;
    }
    if (skip_symbol("[")) return make(Kind::list, "", items("]"));
    if (skip_symbol("{")) return dict();
    malformed("\"" + printable(token.text) + "\" stands where a value is expected");
  }

  ExpressionPtr text() {
    std::string value;
    while (peek().kind == TokenKind::text) value += take().text;   // neighbours are one
    return constant(Value::text(std::move(value)));
  }

  ExpressionPtr number() {
    const Token token = take();
    const char *begin = token.text.data(), *end = begin + token.text.size();
    std::int64_t integer = 0;
    double real = 0;
    const bool whole = token.kind == TokenKind::integer;
    const auto read = whole ? std::from_chars(begin, end, integer) : std::from_chars(begin, end, real);
    if (read.ec != std::errc() || read.ptr != end) unknown("the number " + printable(token.text));
    return constant(whole ? Value::integer(integer) : Value(real));
  }

  ExpressionPtr name() {
    const std::string text = take().text;
    if (text == "true" || text == "True") return constant(Value::boolean(true));
    if (text == "false" || text == "False") return constant(Value::boolean(false));
    if (text == "none" || text == "None") return constant(Value::none());
    static const std::set<std::string> refused = {"lipsum", "cycler", "joiner", "self", "super", "caller", "varargs", "kwargs"};
    if (refused.contains(text)) unknown("the name \"" + text + "\"");
    static const std::set<std::string> keywords = {"and", "else", "if", "in", "is", "not", "or"};
    if (keywords.contains(text)) malformed("\"" + text + "\" stands where a value is expected");
    return make(Kind::name, text, {});
  }

  std::vector<ExpressionPtr> items(const std::string& end) {
    std::vector<ExpressionPtr> found;
    while (!skip_symbol(end)) {
      if (!found.empty()) expect_symbol(",");
      if (skip_symbol(end)) break;
      found.push_back(expression());
    }
    return found;
  }

  ExpressionPtr dict() {
    std::vector<ExpressionPtr> parts;
    while (!skip_symbol("}")) {
      if (!parts.empty()) expect_symbol(",");
      if (skip_symbol("}")) break;
      parts.push_back(expression());
      expect_symbol(":");
      parts.push_back(expression());
    }
    return make(Kind::dict, "", std::move(parts));
  }

  bool at_tuple_end() const {
    return peek().kind == TokenKind::print_end || peek().kind == TokenKind::block_end || at_symbol(")") || at_symbol("]");
  }
  // One value, or several with commas between them.
  ExpressionPtr tuple(bool with_conditions) {
    std::vector<ExpressionPtr> parts;
    bool comma = false;
    do {
      if (comma && at_tuple_end()) break;
      parts.push_back(with_conditions ? expression() : disjunction());
    } while (skip_symbol(",") && (comma = true));
    return comma ? make(Kind::tuple, "", std::move(parts)) : std::move(parts[0]);
  }

  ExpressionPtr postfix(ExpressionPtr value) {
    while (true) {
      if (skip_symbol(".")) value = member(std::move(value));
      else if (skip_symbol("[")) value = subscript(std::move(value));
      else if (at_symbol("(")) value = call(std::move(value));
      else return value;
    }
  }

  ExpressionPtr member(ExpressionPtr value) {
    const Token token = peek();
    if (token.kind == TokenKind::integer) return make_of(Kind::item, "", std::move(value), number());
    const std::string name = expect_name();
    if (name.starts_with("__")) unknown("the attribute \"" + name + "\"");
    if (at_symbol("(") && !is_known_method(name)) unknown("the method \"" + name + "\"");
    return make_of(Kind::attribute, name, std::move(value));
  }

  ExpressionPtr subscript(ExpressionPtr value) {
    std::vector<ExpressionPtr> parts;
    parts.push_back(std::move(value));
    bool slice = false;
    for (int i = 0; i < 3; ++i) {
      parts.push_back(at_symbol(":") || at_symbol("]") ? nullptr : tuple(true));
      if (!skip_symbol(":")) break;
      slice = true;
    }
    expect_symbol("]");
    if (!slice && !parts[1]) malformed("a subscript is empty");
    parts.resize(slice ? 4 : 2);
    return make(slice ? Kind::slice : Kind::item, "", std::move(parts));
  }

  // The arguments of a call, filter or test behind its children; keywords come last.
  void arguments(std::vector<ExpressionPtr>& children, std::vector<std::string>& keywords) {
    expect_symbol("(");
    for (bool first = true; !skip_symbol(")"); first = false) {
      if (!first) expect_symbol(",");
      if (skip_symbol(")")) break;
      if (at_symbol("*") || at_symbol("**")) unknown("arguments from a list or dict (*)");
      const bool keyword = peek().kind == TokenKind::name && peek(1).kind == TokenKind::symbol && peek(1).text == "=";
      if (!keyword && !keywords.empty()) malformed("an argument without a name follows one with a name");
      if (keyword) {
        keywords.push_back(take().text);
        take();
      }
      children.push_back(expression());
    }
  }

  ExpressionPtr call(ExpressionPtr value) {
    std::vector<ExpressionPtr> children;
    std::vector<std::string> keywords;
    children.push_back(std::move(value));
    arguments(children, keywords);
    return make(Kind::call, "", std::move(children), std::move(keywords));
  }

  ExpressionPtr filters(ExpressionPtr value) {
    while (true) {
      if (skip_symbol("|")) value = filter(std::move(value));
      else if (skip_name("is")) value = test(std::move(value));
      else if (at_symbol("(")) value = call(std::move(value));
      else return value;
    }
  }

  ExpressionPtr filter(ExpressionPtr value) {
    const std::string name = expect_name();
    if (name != "safe" && !is_known_filter(name)) unknown("the filter \"" + name + "\"");
    std::vector<ExpressionPtr> children;
    std::vector<std::string> keywords;
    children.push_back(std::move(value));
    if (at_symbol("(")) arguments(children, keywords);
    return make(Kind::filter, name, std::move(children), std::move(keywords));
  }

  bool at_test_argument() const {
    const Token& token = peek();
    if (token.kind == TokenKind::name) return token.text != "else" && token.text != "or" && token.text != "and" && token.text != "is" && token.text != "if" && token.text != "in" && token.text != "not";
    return token.kind == TokenKind::text || token.kind == TokenKind::integer || token.kind == TokenKind::number || at_symbol("[") || at_symbol("{");
  }

  ExpressionPtr test(ExpressionPtr value) {
    const bool negated = skip_name("not");
    const std::string name = expect_name();
    if (!is_known_test(name)) unknown("the test \"" + name + "\"");
    std::vector<ExpressionPtr> children;
    std::vector<std::string> keywords;
    children.push_back(std::move(value));
    if (at_symbol("(")) arguments(children, keywords);
    else if (at_test_argument()) children.push_back(postfix(primary()));
    ExpressionPtr made = make(Kind::test, name, std::move(children), std::move(keywords));
    return negated ? make_of(Kind::logical_not, "", std::move(made)) : std::move(made);
  }

  // ---- statements
  using Ends = std::set<std::string>;
  bool at_end_of(const Ends& ends) const { return peek().kind == TokenKind::block_begin && ends.contains(peek(1).text); }

  // Up to a block of `ends`, which stays; nested at most max_depth deep.
  Body statements(const Ends& ends) {
    const Level level(*this);
    Body body;
    while (peek().kind != TokenKind::end && !at_end_of(ends)) {
      if (peek().kind == TokenKind::block_begin && (peek(1).text.starts_with("end") || peek(1).text == "else" || peek(1).text == "elif")) break;
      body.push_back(statement());
    }
    if (!ends.empty() && !at_end_of(ends)) malformed("a block has no \"" + *ends.rbegin() + "\"");
    return body;
  }

  StatementPtr statement() {
    auto made = std::make_unique<Statement>();
    made->line = peek().line;
    if (peek().kind == TokenKind::data) {
      made->text = take().text;
    } else if (peek().kind == TokenKind::print_begin) {
      take();
      made->kind = StatementKind::print;
      made->value = printed(tuple(true));
      expect(TokenKind::print_end, "\"}}\"");
    } else {
      take();
      block(*made);
    }
    return made;
  }

  // Outside of printing, Jinja's "safe" changes what its neighbours mean.
  ExpressionPtr printed(ExpressionPtr value) const {
    if (value->kind != Kind::filter || value->name != "safe") return check_safe(std::move(value));
    if (value->children.size() > 1) malformed("the filter \"safe\" has no arguments");
    return check_safe(std::move(const_cast<Expression&>(*value).children[0]));   // not yet part of a tree
  }
  ExpressionPtr check_safe(ExpressionPtr value) const {
    if (contains_safe(*value)) unknown("the filter \"safe\" inside an expression");
    return value;
  }
  static bool contains_safe(const Expression& value) {
    if (value.kind == Kind::filter && value.name == "safe") return true;
    return std::any_of(value.children.begin(), value.children.end(), [](const ExpressionPtr& child) { return child && contains_safe(*child); });
  }

  void block(Statement& made) {
    const std::string name = expect_name();
    if (name == "for") return for_loop(made);
    if (name == "if") return condition(made);
    if (name == "set") return set(made);
    if (name == "macro") return macro(made);
    if (name == "generation") return generation(made);
    if (name != "break" && name != "continue") unknown("the block \"" + printable(name) + "\"");
    if (loops_ == 0) malformed("\"" + name + "\" stands outside of a loop");
    made.kind = name == "break" ? StatementKind::break_loop : StatementKind::continue_loop;
    end_block();
  }
  void end_block() { expect(TokenKind::block_end, "\"%}\""); }
  // {% NAME %} of a block that statements() ended at.
  std::string end_of_body() {
    take();
    return take().text;
  }
  ExpressionPtr checked(ExpressionPtr value) const { return check_safe(std::move(value)); }

  ExpressionPtr target() {
    std::vector<ExpressionPtr> parts;
    bool comma = false;
    const bool bracket = skip_symbol("(");
    do {
      if (comma && (at_name("in") || at_symbol("=") || at_symbol(")"))) break;
      parts.push_back(make(Kind::name, target_name(), {}));
    } while (skip_symbol(",") && (comma = true));
    if (bracket) expect_symbol(")");
    return comma ? make(Kind::tuple, "", std::move(parts)) : std::move(parts[0]);
  }
  std::string target_name() {
    const std::string name = expect_name();
    static const std::set<std::string> constants = {"true", "false", "none", "True", "False", "None"};
    if (constants.contains(name)) malformed("\"" + name + "\" cannot be set");
    return name;
  }

  void for_loop(Statement& made) {
    made.kind = StatementKind::for_loop;
    made.target = target();
    if (!skip_name("in")) malformed("a loop has no \"in\"");
    made.value = checked(tuple(false));
    if (skip_name("if")) made.filter = checked(expression());
    if (at_name("recursive")) unknown("a recursive loop");
    end_block();
    ++loops_;
    made.bodies.push_back(statements({"else", "endfor"}));
    --loops_;
    if (end_of_body() == "else") {
      end_block();
      made.bodies.push_back(statements({"endfor"}));
      end_of_body();
    }
    end_block();
  }

  void condition(Statement& made) {
    made.kind = StatementKind::condition;
    std::string name = "elif";
    while (name == "elif") {
      made.conditions.push_back(checked(tuple(false)));
      end_block();
      made.bodies.push_back(statements({"elif", "else", "endif"}));
      name = end_of_body();
    }
    if (name == "else") {
      end_block();
      made.bodies.push_back(statements({"endif"}));
      end_of_body();
    }
    end_block();
  }

  void set(Statement& made) {
    made.kind = StatementKind::set;
    if (peek(1).kind == TokenKind::symbol && peek(1).text == ".") {
      ExpressionPtr space = make(Kind::name, expect_name(), {});
      take();
      made.target = make_of(Kind::attribute, expect_name(), std::move(space));
    } else {
      made.target = target();
    }
    if (skip_symbol("=")) {
      made.value = checked(tuple(true));
      return end_block();
    }
    made.kind = StatementKind::block_set;
    // Its filters are applied to the constant none, for which the renderer puts the body's text.
    if (at_symbol("|")) made.filter = checked(filters(constant(Value::none())));
    end_block();
    made.bodies.push_back(statements({"endset"}));
    end_of_body();
    end_block();
  }

  void macro(Statement& made) {
    if (loops_ > 0 || in_macro_) unknown("a macro inside a loop or macro");
    made.kind = StatementKind::macro;
    made.text = target_name();
    expect_symbol("(");
    while (!skip_symbol(")")) {
      if (!made.parameters.empty()) expect_symbol(",");
      made.parameters.push_back(target_name());
      if (skip_symbol("=")) made.conditions.push_back(checked(expression()));
      else if (!made.conditions.empty()) malformed("a parameter without a default follows one with a default");
    }
    end_block();
    in_macro_ = true;
    made.bodies.push_back(statements({"endmacro"}));
    in_macro_ = false;
    end_of_body();
    end_block();
  }

  // transformers' mark of what the model writes; its text is the body's.
  void generation(Statement& made) {
    made.kind = StatementKind::group;
    end_block();
    made.bodies.push_back(statements({"endgeneration"}));
    end_of_body();
    end_block();
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int level_ = 0, loops_ = 0;
  bool in_macro_ = false;
};

}  // namespace

Body parse(std::string_view source) { return Parser(source).run(); }

}  // namespace kelter::jinja
