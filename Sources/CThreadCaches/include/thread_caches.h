#ifndef FISHERFLOW_THREAD_CACHES_H
#define FISHERFLOW_THREAD_CACHES_H

/* FLINT and MPFR keep caches (constants, scratch numbers) for each thread and leave freeing them to the
   caller: about 14 KB are lost for every thread that exits. After this call the calling thread's caches are
   freed when it exits. Calling again costs one thread-local read. */
void fisherflow_attach_thread(void);

/* Frees the calling thread's caches now; for the main thread, before the process ends. */
void fisherflow_free_thread_caches(void);

#endif
