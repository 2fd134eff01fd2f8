// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/tasks.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/data/json_lines.h"
#include "core/model/utf8.h"

namespace kelter {
namespace {

[[noreturn]] void bad_item(const std::string& where, const std::string& why) {
  throw Error(ErrorCode::invalid_data, "The task's item cannot be used", where, why);
}

std::int64_t integer_member(const Json& object, const std::string& key, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) bad_item(where, "\"" + key + "\" is not an integer");
  return found->get<std::int64_t>();
}

std::vector<std::string> texts_member(const Json& object, const std::string& key, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) bad_item(where, "\"" + key + "\" is not a list");
  std::vector<std::string> texts;
  for (const Json& text : *found) {
    if (!text.is_string()) bad_item(where, "\"" + key + "\" holds something other than text");
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

std::string question_prompt(const std::string& question) { return "Question: " + question + "\nAnswer:"; }

TaskItem own_form(const Json& line, const std::string& where) {
  TaskItem item;
  item.contexts = line.contains("contexts") ? texts_member(line, "contexts", where)
                                            : std::vector<std::string>{text_member(line, "context", where)};
  item.choices = line.contains("continuation")
                     ? std::vector<std::string>(item.contexts.size(), text_member(line, "continuation", where))
                     : texts_member(line, "choices", where);
  item.gold = integer_member(line, "gold", where);
  return item;
}

TaskItem multiple_choice(const Json& line, const std::string& where, bool bare_question) {
  const std::string question = text_member(line, "question", where);
  return {{bare_question ? question : question_prompt(question)},
          texts_member(line, "choices", where), {}, integer_member(line, "gold", where)};
}

TaskItem piqa(const Json& line, const std::string& where) {
  return {{question_prompt(text_member(line, "goal", where))},
          {text_member(line, "sol1", where), text_member(line, "sol2", where)},
          {}, integer_member(line, "label", where)};
}

TaskItem winogrande(const Json& line, const std::string& where) {
  const std::string sentence = text_member(line, "sentence", where);
  const std::size_t blank = sentence.find('_');
  if (blank == std::string::npos) bad_item(where, "\"sentence\" has no \"_\" to fill");
  const std::string before = sentence.substr(0, blank);
  std::string rest = sentence.substr(blank + 1);
  rest.erase(rest.size() - trailing_white_space(rest));
  rest.erase(0, leading_white_space(rest));
  const std::string answer = text_member(line, "answer", where);
  if (answer != "1" && answer != "2") bad_item(where, "\"answer\" is neither \"1\" nor \"2\"");
  return {{before + text_member(line, "option1", where), before + text_member(line, "option2", where)},
          {rest, rest}, {}, answer == "1" ? 0 : 1};
}

TaskItem boolq(const Json& line, const std::string& where) {
  const auto label = line.find("label");
  if (label == line.end() || !label->is_boolean()) bad_item(where, "\"label\" is neither true nor false");
  return {{text_member(line, "passage", where) + "\n" + question_prompt(text_member(line, "question", where) + "?")},
          {"no", "yes"}, {}, label->get<bool>() ? 1 : 0};
}

TaskItem read_item(const Json& line, const std::string& where, bool bare_question) {
  if (line.contains("context") || line.contains("contexts")) return own_form(line, where);
  if (line.contains("goal")) return piqa(line, where);
  if (line.contains("sentence")) return winogrande(line, where);
  if (line.contains("passage")) return boolq(line, where);
  if (line.contains("question")) return multiple_choice(line, where, bare_question);
  bad_item(where, "its keys are those of no known task; Kelter's own are context, choices and gold");
}

void complete(TaskItem& item, const std::string& where) {
  const std::size_t count = item.choices.size();
  if (count < 2) bad_item(where, "it has " + std::to_string(count) + " choices");
  if (item.contexts.size() != 1 && item.contexts.size() != count) {
    bad_item(where, "it has " + std::to_string(item.contexts.size()) + " contexts for " + std::to_string(count) +
                        " choices");
  }
  if (item.gold < 0 || item.gold >= static_cast<std::int64_t>(count)) {
    bad_item(where, "the right choice " + std::to_string(item.gold) + " is none of its " + std::to_string(count));
  }
  for (const std::string& choice : item.choices) {
    if (choice.empty()) bad_item(where, "a choice is empty");
    item.continuations.push_back(" " + choice);
  }
}

fs::path task_file(const std::string& name, const fs::path& data_folder) {
  const fs::path stem_file = data_folder / (name + ".jsonl");
  return !data_folder.empty() && fs::is_regular_file(stem_file) ? stem_file : resolve_path(name);
}

}  // namespace

std::vector<TaskItem> load_task(const std::string& name, const fs::path& data_folder) {
  const fs::path file = task_file(name, data_folder);
  if (!fs::exists(file)) {
    throw Error(ErrorCode::file_not_found, "There is no task of this name", name, file.string() + " does not exist",
                "Name a file of questions, or bring the usual sets into the data store with scripts/get-data.");
  }
  const bool bare_question = file.stem().string().find("openbookqa") != std::string::npos;
  std::vector<TaskItem> items;
  for_each_json_line(file, [&](const Json& line, const std::string& where) {
    items.push_back(read_item(line, where, bare_question));
    complete(items.back(), where);
  });
  if (items.empty()) throw Error(ErrorCode::invalid_data, "The task has no items", file.string());
  return items;
}

EncodedPair encode_pair(const Tokenizer& tokenizer, const std::string& context, const std::string& continuation) {
  const TokenizerData& data = tokenizer.data();
  const std::string whole = context + continuation;
  const std::string_view kept = std::string_view(context).substr(0, context.size() - trailing_white_space(context));
  const bool starts_with_bos = data.bos >= 0 && whole.starts_with(data.tokens[static_cast<std::size_t>(data.bos)]);
  EncodedPair pair{tokenizer.encode(kept, !starts_with_bos), tokenizer.encode(whole, !starts_with_bos)};
  const std::size_t taken = std::min(pair.context.size(), pair.continuation.size());
  pair.continuation.erase(pair.continuation.begin(), pair.continuation.begin() + static_cast<std::ptrdiff_t>(taken));
  if (pair.context.empty()) {
    const std::int64_t prefix = data.bos >= 0 ? data.bos : data.eos;
    if (prefix < 0) {
      throw Error(ErrorCode::unsupported, "A text without a context cannot be scored", data.origin,
                  "the tokenizer has neither a BOS nor an EOS token");
    }
    pair.context.push_back(static_cast<std::int32_t>(prefix));
  }
  if (pair.continuation.empty()) {
    throw Error(ErrorCode::invalid_data, "The continuation has no tokens of its own", "\"" + continuation + "\"",
                "all of it belongs to tokens of the context");
  }
  return pair;
}

}  // namespace kelter
