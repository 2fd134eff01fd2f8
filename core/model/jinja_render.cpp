// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/jinja_render.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>

namespace kelter::jinja {
namespace {

constexpr int max_calls = 16;   // macros inside macros

std::string padded(int value, std::size_t digits) {
  const std::string text = std::to_string(value);
  return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

// strftime in the C locale, whatever the program's is.
std::string date_text(const std::string& format, const std::tm& now) {
  static constexpr std::array<const char*, 12> months = {"January", "February", "March", "April", "May", "June",
                                                         "July", "August", "September", "October", "November", "December"};
  static constexpr std::array<const char*, 7> days = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  const std::string month = months.at(static_cast<std::size_t>(now.tm_mon)), day = days.at(static_cast<std::size_t>(now.tm_wday));
  const std::map<char, std::string> parts = {
      {'%', "%"}, {'Y', padded(now.tm_year + 1900, 4)}, {'y', padded(now.tm_year % 100, 2)}, {'m', padded(now.tm_mon + 1, 2)},
      {'d', padded(now.tm_mday, 2)}, {'H', padded(now.tm_hour, 2)}, {'M', padded(now.tm_min, 2)}, {'S', padded(now.tm_sec, 2)},
      {'j', padded(now.tm_yday + 1, 3)}, {'B', month}, {'b', month.substr(0, 3)}, {'A', day}, {'a', day.substr(0, 3)}};
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    const auto part = i + 1 < format.size() ? parts.find(format[i + 1]) : parts.end();
    if (part == parts.end()) unsupported("the date format \"" + format.substr(0, 40) + "\"");
    out += part->second;
    ++i;
  }
  return out;
}

// Names and their values; each scope sees those below it, save a macro's, which sees the outermost alone.
struct Scope {
  std::vector<std::pair<std::string, Value>> names;
  bool of_macro = false;
};

class Renderer {
 public:
  Renderer(const Body& body, const std::tm& now) : body_(body), now_(now) {}

  std::string run(const Json& variables) {
    scopes_.emplace_back();
    for (const auto& [name, value] : variables.items()) assign(name, Value::from_json(value));
    scopes_.emplace_back();   // what the template sets
    std::string out;
    execute(body_, out);
    return out;
  }

 private:
  enum class Flow { next, leave, again };   // after a statement; leave and again belong to a loop

  struct ScopeHolder {
    explicit ScopeHolder(Renderer& renderer, bool of_macro = false) : renderer(renderer) {
      renderer.scopes_.push_back({{}, of_macro});
    }
    ~ScopeHolder() { renderer.scopes_.pop_back(); }
    ScopeHolder(const ScopeHolder&) = delete;
    ScopeHolder& operator=(const ScopeHolder&) = delete;
    Renderer& renderer;
  };

  // ---- names
  void assign(const std::string& name, Value value) {
    auto& names = scopes_.back().names;
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& pair) { return pair.first == name; });
    if (found == names.end()) names.emplace_back(name, std::move(value));
    else found->second = std::move(value);
  }

  static const Value* find_in(const Scope& scope, const std::string& name) {
    const auto found = std::find_if(scope.names.begin(), scope.names.end(), [&](const auto& pair) { return pair.first == name; });
    return found == scope.names.end() ? nullptr : &found->second;
  }

  Value look_up(const std::string& name) {
    for (std::size_t i = scopes_.size(); i > 0; --i) {
      budget_.step();
      if (const Value* found = find_in(scopes_[i - 1], name)) return *found;
      if (scopes_[i - 1].of_macro) i = std::min<std::size_t>(i, 3);   // next are the template's own and the given names
    }
    static const std::array<const char*, 5> functions = {"range", "dict", "namespace", "raise_exception", "strftime_now"};
    if (std::find(functions.begin(), functions.end(), name) == functions.end()) return Value::undefined(name);
    return Value(std::shared_ptr<const Callable>(std::make_shared<Callable>(Callable{name, nullptr, false, {}})));
  }

  // ---- statements
  Flow execute(const Body& body, std::string& out) {
    for (const StatementPtr& statement : body) {
      budget_.step();
      try {
        const Flow flow = execute(*statement, out);
        if (flow != Flow::next) return flow;
      } catch (JinjaError& error) {
        if (error.line == 0) error.line = statement->line;
        throw;
      }
    }
    return Flow::next;
  }

  Flow execute(const Statement& statement, std::string& out) {
    switch (statement.kind) {
      case StatementKind::data: write(statement.text, out); break;
      case StatementKind::print: write(text_of(evaluate(*statement.value), budget_), out); break;
      case StatementKind::for_loop: return loop(statement, out);
      case StatementKind::condition: return condition(statement, out);
      case StatementKind::set: store(*statement.target, evaluate(*statement.value)); break;
      case StatementKind::block_set: block_set(statement); break;
      case StatementKind::macro:
        assign(statement.text, Value(std::shared_ptr<const Callable>(std::make_shared<Callable>(Callable{statement.text, &statement, false, {}}))));
        break;
      case StatementKind::break_loop: return Flow::leave;
      case StatementKind::continue_loop: return Flow::again;
      case StatementKind::group: {
        const ScopeHolder scope(*this);
        return execute(statement.bodies[0], out);
      }
    }
    return Flow::next;
  }

  void write(const std::string& text, std::string& out) {
    budget_.text(text.size());
    out += text;
  }

  Flow condition(const Statement& statement, std::string& out) {
    std::size_t chosen = 0;
    while (chosen < statement.conditions.size() && !is_true(evaluate(*statement.conditions[chosen]))) ++chosen;
    return chosen < statement.bodies.size() ? execute(statement.bodies[chosen], out) : Flow::next;
  }

  void block_set(const Statement& statement) {
    std::string text;
    {
      const ScopeHolder scope(*this);
      if (execute(statement.bodies[0], text) != Flow::next) unsupported("leaving a loop inside of a set block");
    }
    Value value = Value::text(std::move(text));
    if (statement.filter) {
      block_text_ = value;
      value = evaluate(*statement.filter);
    }
    store(*statement.target, value);
  }

  void store(const Expression& target, const Value& value) {
    if (target.kind == ExpressionKind::name) return assign(target.name, value);
    if (target.kind == ExpressionKind::attribute) return store_member(target, value);
    const Values items = items_of(value, budget_);
    if (items.size() != target.children.size())
      fail(std::to_string(target.children.size()) + " names are given " + std::to_string(items.size()) + " values");
    for (std::size_t i = 0; i < items.size(); ++i) assign(target.children[i]->name, items[i]);
  }

  void store_member(const Expression& target, const Value& value) {
    const Value space = evaluate(*target.children[0]);
    if (!space.is<Namespace*>()) fail("only a namespace has attributes to set");
    auto& members = (*space.as<Namespace*>())->members;
    const auto found = std::find_if(members.begin(), members.end(), [&](const auto& pair) { return pair.first == target.name; });
    if (found == members.end()) members.emplace_back(target.name, value);
    else found->second = value;
  }

  Values filtered(const Statement& statement) {
    Values items = items_of(evaluate(*statement.value), budget_);
    if (!statement.filter) return items;
    Values kept;
    for (const Value& item : items) {
      const ScopeHolder scope(*this);
      store(*statement.target, item);
      if (is_true(evaluate(*statement.filter))) kept.push_back(item);
    }
    return kept;
  }

  Flow loop(const Statement& statement, std::string& out) {
    const Value items = make_sequence(SequenceKind::list, filtered(statement));
    const auto state = std::make_shared<Loop>();
    state->items = *items.as<std::shared_ptr<const Sequence>>();
    state->level = 1;   // counts recursive loops alone
    for (; state->index < state->items->items.size(); ++state->index) {
      const ScopeHolder scope(*this);
      assign("loop", Value(std::shared_ptr<const Loop>(state)));
      store(*statement.target, state->items->items[state->index]);
      if (execute(statement.bodies[0], out) == Flow::leave) break;
    }
    if (!state->items->items.empty() || statement.bodies.size() < 2) return Flow::next;
    const ScopeHolder scope(*this);
    return execute(statement.bodies[1], out);
  }

  // ---- expressions
  Value evaluate(const Expression& expression) {
    budget_.step();
    switch (expression.kind) {
      case ExpressionKind::constant: return expression.constant.is<None>() && block_text_.as_text() ? std::exchange(block_text_, Value()) : expression.constant;
      case ExpressionKind::name: return look_up(expression.name);
      case ExpressionKind::list: return make_sequence(SequenceKind::list, all(expression, 0));
      case ExpressionKind::tuple: return make_sequence(SequenceKind::tuple, all(expression, 0));
      case ExpressionKind::dict: return dict(all(expression, 0));
      case ExpressionKind::attribute: return attribute_of(child(expression, 0), expression.name, budget_);
      case ExpressionKind::item: return item_of(child(expression, 0), child(expression, 1), budget_);
      case ExpressionKind::slice:
        return slice_of(child(expression, 0), child(expression, 1), child(expression, 2), child(expression, 3), budget_);
      case ExpressionKind::call: return call(expression);
      case ExpressionKind::filter: return apply_filter(expression.name, arguments(expression, child(expression, 0)));
      case ExpressionKind::test: return Value::boolean(apply_test(expression.name, arguments(expression, child(expression, 0))));
      default: return operation(expression);
    }
  }

  Value operation(const Expression& expression) {
    switch (expression.kind) {
      case ExpressionKind::negative: return negative(child(expression, 0));
      case ExpressionKind::positive: return arithmetic("+", Value::integer(0), child(expression, 0), budget_);
      case ExpressionKind::logical_not: return Value::boolean(!is_true(child(expression, 0)));
      case ExpressionKind::logical_and: {
        Value left = child(expression, 0);
        return is_true(left) ? child(expression, 1) : left;
      }
      case ExpressionKind::logical_or: {
        Value left = child(expression, 0);
        return is_true(left) ? left : child(expression, 1);
      }
      case ExpressionKind::arithmetic: return arithmetic(expression.name, child(expression, 0), child(expression, 1), budget_);
      case ExpressionKind::concatenation: return concatenation(expression);
      case ExpressionKind::comparison: return comparison(expression);
      default: break;
    }
    if (is_true(child(expression, 0))) return child(expression, 1);
    return expression.children[2] ? child(expression, 2) : Value::undefined("a condition without \"else\"");
  }

  // A part that was left out is none.
  Value child(const Expression& expression, std::size_t index) {
    const ExpressionPtr& part = expression.children[index];
    return part ? evaluate(*part) : Value::none();
  }

  Values all(const Expression& expression, std::size_t from) {
    Values values;
    for (std::size_t i = from; i < expression.children.size(); ++i) values.push_back(child(expression, i));
    return values;
  }

  Value dict(const Values& parts) {
    Pairs pairs;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) pairs.emplace_back(parts[i], parts[i + 1]);
    budget_.step(pairs.size() * pairs.size() / 4);
    return make_dict(std::move(pairs));
  }

  // -0.0 is not 0 - 0.0.
  Value negative(const Value& value) {
    return value.is<double>() ? Value(-value.as_double()) : arithmetic("-", Value::integer(0), value, budget_);
  }

  Value concatenation(const Expression& expression) {
    std::string out;
    for (const Value& part : all(expression, 0)) write(text_of(part, budget_), out);
    return Value::text(std::move(out));
  }

  Value comparison(const Expression& expression) {
    Value left = child(expression, 0);
    for (std::size_t i = 0; i < expression.names.size(); ++i) {
      const Value right = child(expression, i + 1);
      if (!holds(expression.names[i], left, right)) return Value::boolean(false);
      left = right;
    }
    return Value::boolean(true);
  }

  bool holds(const std::string& symbol, const Value& left, const Value& right) {
    budget_.step(std::min(weight_of(left), weight_of(right)));
    if (symbol == "==") return equal(left, right);
    if (symbol == "!=") return !equal(left, right);
    if (symbol == "in") return contains(right, left, budget_);
    if (symbol == "not in") return !contains(right, left, budget_);
    for (const Value* side : {&left, &right})
      if (side->is<Undefined>()) fail("\"" + side->as<Undefined>()->name + "\" is not defined");
    const int order = compare(left, right);
    return symbol == "<" ? order < 0 : symbol == "<=" ? order <= 0 : symbol == ">" ? order > 0 : order >= 0;
  }

  // ---- calls
  Arguments arguments(const Expression& expression, const Value& self) {
    Arguments given {self, all(expression, 1), {}, budget_};
    const std::size_t named = expression.names.size(), first = given.positional.size() - named;
    for (std::size_t i = 0; i < named; ++i) given.named.emplace_back(expression.names[i], given.positional[first + i]);
    given.positional.resize(first);
    return given;
  }

  Value call(const Expression& expression) {
    const Value function = child(expression, 0);
    if (function.is<Undefined>()) fail("\"" + function.as<Undefined>()->name + "\" is not defined");
    const auto* found = function.as<std::shared_ptr<const Callable>>();
    if (!found) fail("a value of the type " + type_name(function) + " is no function");
    const Callable& callable = **found;
    const Arguments given = arguments(expression, callable.self);
    if (callable.method) return call_method(callable.name, given);
    if (callable.node) return call_macro(*static_cast<const Statement*>(callable.node), given);
    if (callable.name == "range") return range(given);
    if (callable.name == "dict") return make_dict(members(given));
    if (callable.name == "namespace") return make_namespace(given);
    given.check(callable.name, {"message"});
    const Value& text = given.take(0, "message");
    if (callable.name == "raise_exception") throw JinjaError(JinjaError::Kind::refused, text_of(text, budget_));
    if (!text.as_text()) fail("the format of a date is no text");
    return budget_.keep(date_text(*text.as_text(), now_));
  }

  Value call_macro(const Statement& macro, const Arguments& given) {
    if (calls_ == max_calls) fail("macros call each other more than " + std::to_string(max_calls) + " deep");
    const std::size_t count = macro.parameters.size(), required = count - macro.conditions.size();
    if (given.positional.size() > count) fail("the macro \"" + macro.text + "\" takes " + std::to_string(count) + " arguments");
    for (const auto& [name, value] : given.named)
      if (std::find(macro.parameters.begin(), macro.parameters.end(), name) == macro.parameters.end())
        fail("the macro \"" + macro.text + "\" has no parameter \"" + name + "\"");
    const ScopeHolder scope(*this, true);
    ++calls_;
    for (std::size_t i = 0; i < count; ++i) {
      const Value* value = given.find(i, macro.parameters[i].c_str());
      if (value) assign(macro.parameters[i], *value);
      else assign(macro.parameters[i], i < required ? Value::undefined(macro.parameters[i]) : evaluate(*macro.conditions[i - required]));
    }
    std::string out;
    execute(macro.bodies[0], out);
    --calls_;
    return Value::text(std::move(out));
  }

  Value range(const Arguments& given) {
    std::array<std::int64_t, 3> bounds = {0, 0, 1};
    const std::size_t count = given.positional.size();
    if (count < 1 || count > 3 || !given.named.empty()) fail("range takes one to three whole numbers");
    for (std::size_t i = 0; i < count; ++i) {
      if (!given.positional[i].is_integer()) fail("range takes one to three whole numbers");
      bounds.at(count == 1 ? 1 : i) = given.positional[i].as_integer();
    }
    const auto [from, to, step] = bounds;
    if (step == 0) fail("a range steps by zero");
    Values items;
    for (std::int64_t at = from; step > 0 ? at < to : at > to;) {
      if (items.size() == 100'000) fail("a range has more than 100000 numbers");
      items.push_back(Value::integer(at));
      if (__builtin_add_overflow(at, step, &at)) break;
    }
    budget_.step(items.size());
    return make_sequence(SequenceKind::range, std::move(items));
  }

  Pairs members(const Arguments& given) {
    if (given.positional.size() > 1) fail("dict and namespace take one dict and named values");
    Pairs pairs;
    if (!given.positional.empty()) {
      if (!given.positional[0].as_dict()) unsupported("dict and namespace of a value of the type " + type_name(given.positional[0]));
      pairs = given.positional[0].as_dict()->pairs;
    }
    for (const auto& [name, value] : given.named) pairs.emplace_back(Value::text(name), value);
    budget_.step(pairs.size() * pairs.size() / 4);
    return pairs;
  }

  Value make_namespace(const Arguments& given) {
    const Value made = make_dict(members(given));
    Namespace& space = namespaces_.emplace_back();
    for (const auto& [name, value] : made.as_dict()->pairs) {
      if (!name.as_text()) fail("the name in a namespace is no text");
      space.members.emplace_back(*name.as_text(), value);
    }
    return Value(&space);
  }

  const Body& body_;
  const std::tm& now_;
  Budget budget_;
  std::deque<Namespace> namespaces_;   // addresses stay
  std::vector<Scope> scopes_;
  Value block_text_;   // of a set block whose filters are being applied
  int calls_ = 0;
};

}  // namespace

std::string render(const Body& body, const Json& variables, const std::tm& now) { return Renderer(body, now).run(variables); }

}  // namespace kelter::jinja
