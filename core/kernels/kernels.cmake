# SPDX-License-Identifier: GPL-3.0-or-later
# Instruction sets per file (chosen at run time, core/kernels/dispatch.h) and the CUDA sources. These files are
# always optimised: without it the intrinsics become function calls.
file(GLOB avx2 CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/kernels/*_avx2.cpp)
file(GLOB avx512 CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/kernels/*_avx512.cpp)
set_source_files_properties(${avx2} PROPERTIES COMPILE_OPTIONS "-O3;-mavx2;-mfma;-mf16c")
set_source_files_properties(${avx512} PROPERTIES COMPILE_OPTIONS
  "-O3;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512vnni;-mavx512bf16;-mfma;-mf16c;-mavx2")
if(KELTER_WITH_CUDA)
  file(GLOB cuda CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/kernels/*.cu)
  target_sources(kelter_kernels PRIVATE ${cuda})
  # The room's warnings are the C++ compiler's; nvcc reads a bare -Werror differently.
  get_target_property(host_options kelter_kernels COMPILE_OPTIONS)
  set_target_properties(kelter_kernels PROPERTIES COMPILE_OPTIONS "$<$<COMPILE_LANGUAGE:CXX>:${host_options}>")
  target_compile_definitions(kelter_kernels PUBLIC KELTER_WITH_CUDA=1)
  set_source_files_properties(${cuda} PROPERTIES COMPILE_OPTIONS "-Xcompiler=-Wall;-Xcompiler=-Wextra;-Werror=all-warnings")
  set_target_properties(kelter_kernels PROPERTIES CUDA_ARCHITECTURES "${KELTER_CUDA_ARCHITECTURES}")
  set(KELTER_CUDA_LIBRARIES CUDA::cudart)
  target_link_libraries(kelter_kernels PUBLIC CUDA::cudart)
endif()
