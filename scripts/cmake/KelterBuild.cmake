# SPDX-License-Identifier: GPL-3.0-or-later
# One function per kind of target, so that a room's CMakeLists is a list of facts.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Quantised codes must be the IEEE result of the written operations (no silent fused multiply-add).
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)
if(KELTER_WERROR)
  set(KELTER_WARNINGS -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
else()
  set(KELTER_WARNINGS -Wall -Wextra)
endif()
if(KELTER_SANITIZE)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${KELTER_SANITIZE}>
                      $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>  # false alarms in the standard library under sanitizers
                      $<$<COMPILE_LANGUAGE:CXX>:-fno-omit-frame-pointer>)
  add_link_options(-fsanitize=${KELTER_SANITIZE})
endif()

# kelter_room(NAME [TORCH] [USES room...] [LIBRARIES lib...])
# A room is the folder core/NAME: a static library of all its .cpp files. Which rooms it may use
# is stated here and checked again by tests/base/border_test.cpp.
function(kelter_room name)
  cmake_parse_arguments(ROOM "TORCH" "" "USES;LIBRARIES" ${ARGN})
  if(ROOM_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kelter_room(${name}): unknown arguments ${ROOM_UNPARSED_ARGUMENTS}")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/${name}/*.cpp)
  add_library(kelter_${name} STATIC ${sources})
  target_include_directories(kelter_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_options(kelter_${name} PRIVATE ${KELTER_WARNINGS})
  foreach(used ${ROOM_USES})
    target_link_libraries(kelter_${name} PUBLIC kelter_${used})
  endforeach()
  target_link_libraries(kelter_${name} PUBLIC ${ROOM_LIBRARIES})
  if(ROOM_TORCH)
    target_link_libraries(kelter_${name} PUBLIC kelter_torch)
    kelter_use_torch_pch(kelter_${name})
  endif()
endfunction()

# One precompiled ATen header, shared by every target that includes torch.
function(kelter_use_torch_pch target)
  if(NOT TARGET kelter_torch_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/torch_pch.cpp "// Owns the shared precompiled header.\n")
    add_library(kelter_torch_pch STATIC ${CMAKE_BINARY_DIR}/torch_pch.cpp)
    target_link_libraries(kelter_torch_pch PUBLIC kelter_torch nlohmann_json::nlohmann_json)
    target_compile_options(kelter_torch_pch PRIVATE ${KELTER_WARNINGS})
    target_precompile_headers(kelter_torch_pch PRIVATE <ATen/ATen.h> <nlohmann/json.hpp> <string> <vector> <map> <memory>)
  endif()
  target_precompile_headers(${target} REUSE_FROM kelter_torch_pch)
endfunction()

# kelter_plugin(NAME): the family plugins/NAME, loaded at run time like a stranger's plugin.
function(kelter_plugin name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(kelter_plugin_${name} MODULE ${sources})
  set_target_properties(kelter_plugin_${name} PROPERTIES
    OUTPUT_NAME ${name} PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
  target_link_libraries(kelter_plugin_${name} PRIVATE kelter kelter-engine)
  target_compile_options(kelter_plugin_${name} PRIVATE ${KELTER_WARNINGS})
  kelter_use_torch_pch(kelter_plugin_${name})
  configure_file(${CMAKE_CURRENT_SOURCE_DIR}/${name}.kelter-plugin.json
                 ${CMAKE_BINARY_DIR}/plugins/${name}.kelter-plugin.json @ONLY)
endfunction()

# kelter_test(FILE [ENGINE] [WINDOW] [USES room...] [LIBRARIES lib...] [LONG])
# FILE.cpp in the current folder is one Qt Test program. USES links torch-free rooms alone (starts at
# once); ENGINE links the two shared libraries; WINDOW links the window, which loads the engine itself.
function(kelter_test file)
  cmake_parse_arguments(TEST "ENGINE;WINDOW;LONG" "" "USES;LIBRARIES" ${ARGN})
  if(NOT KELTER_WITH_QT)
    return()
  endif()
  # Not AUTOMOC: it would read every header of libtorch for each test, which takes longer than compiling it.
  set(moc ${CMAKE_CURRENT_BINARY_DIR}/${file}_moc)
  add_custom_command(OUTPUT ${moc}/${file}.moc
    COMMAND ${CMAKE_COMMAND} -E make_directory ${moc}
    COMMAND Qt6::moc -DQT_NO_KEYWORDS ${CMAKE_CURRENT_SOURCE_DIR}/${file}.cpp -o ${moc}/${file}.moc
    DEPENDS ${file}.cpp)
  add_executable(${file} ${file}.cpp ${moc}/${file}.moc)
  set_target_properties(${file} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_include_directories(${file} PRIVATE ${CMAKE_SOURCE_DIR} ${moc})
  target_compile_options(${file} PRIVATE ${KELTER_WARNINGS})
  target_compile_definitions(${file} PRIVATE QT_NO_KEYWORDS
    KELTER_SOURCE_DIR="${CMAKE_SOURCE_DIR}" KELTER_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${file} PRIVATE Qt6::Core Qt6::Test ${TEST_LIBRARIES})
  if(TEST_WINDOW)
    target_link_libraries(${file} PRIVATE kelter_ui)
    add_dependencies(${file} kelter-engine kelter_plugins kelter-cli)
  elseif(TEST_ENGINE)
    target_link_libraries(${file} PRIVATE kelter kelter-engine)
    kelter_use_torch_pch(${file})
  else()
    foreach(used ${TEST_USES})
      target_link_libraries(${file} PRIVATE kelter_${used})
    endforeach()
  endif()
  add_test(NAME ${file} COMMAND ${file})
  set_tests_properties(${file} PROPERTIES SKIP_RETURN_CODE 77)
  if(TEST_LONG)
    set_tests_properties(${file} PROPERTIES LABELS long)
  endif()
endfunction()
