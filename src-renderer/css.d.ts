/** Style sheets are imported for their effect only: the bundler turns them into linked files. */
declare module '*.css'
