import type { Translation } from '../catalogue';
import type { lists as en } from '../en/lists';

export const lists: Translation<typeof en> = {
  columns: '显示的列',
  savedFilters: '已保存的筛选',
  saveFilter: '保存或删除筛选…',
  savedHint: '保存筛选条件和排序，不保存搜索内容。',
  filterName: '名称',
  filterReplaces: '将替换同名的筛选。',
  forgetFilter: '删除 {name}',
  bringFilterBack: '恢复 {name}',
  nothingFiltered: '当前没有筛选条件，请先筛选列表。',
  nameMissing: '请填写名称。',
};
